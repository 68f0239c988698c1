package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/cmd/internal/viewer/ui"
	"tandem/cmd/internal/xtest"
)

const testImages = 2000 // of fashion-mnist, as it is built in

// view opens a window on a trained network.
func view(t *testing.T, path string, args ...string) *windowed {
	t.Helper()
	return open(t, "Tandem: "+filepath.Base(path), append([]string{"view", path}, args...)...)
}

// untilImages waits until there are images to look at, and shows the second.
func (p *windowed) untilImages() {
	p.t.Helper()
	p.untilState("images", func(s string) bool {
		shown := strings.HasSuffix(s, ",photo=1")
		if !shown {
			p.key("e")
		}
		return shown
	})
}

// untilPhoto waits until an image is on show, told by its number.
func (p *windowed) untilPhoto(number int) {
	p.t.Helper()
	part := fmt.Sprintf(",photo=%d", number)
	if number == 0 {
		part = ""
	}
	want := "view=filters,unit=conv1:0" + part
	p.untilState(want, func(s string) bool { return s == want })
}

// chequered returns an image as a PNG.
func chequered(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = uint8(i / 3 * 85)
	}
	var b bytes.Buffer
	must(t, png.Encode(&b, img))
	return b.Bytes()
}

func TestViewGoesThroughAFolder(t *testing.T) {
	unraced(t)
	folder := t.TempDir()
	for name, text := range map[string][]byte{"b.png": chequered(t, 9, 7), "a.png": chequered(t, 1, 1), "c.PNG": chequered(t, 300, 20), ".d.png": nil, "e.txt": nil} {
		must(t, os.WriteFile(filepath.Join(folder, name), text, 0o666))
	}
	p := view(t, trained(t), folder)
	if got, want := p.link(), binary+" view "+trained(t)+" "+folder+" --at view=filters,unit=conv1:0"; got != want {
		t.Errorf("y prints %q, not %q", got, want)
	}
	p.untilImages()
	for _, step := range []struct {
		key    string
		number int
	}{{"e", 2}, {"e", 2}, {"w", 1}, {"w", 0}, {"w", 0}} {
		p.key(step.key)
		p.untilPhoto(step.number)
	}
	p.quit()
}

// Files stand in the order that they are given in, and --image adds others.
func TestViewOfFiles(t *testing.T) {
	unraced(t)
	one, other := write(t, "one.png", string(chequered(t, 5, 5))), write(t, "an other.png", string(chequered(t, 6, 5)))
	p := view(t, filepath.Join(trained(t), "best.safetensors"), one, "--image", other)
	if got, want := p.link(), " "+one+" '"+other+"' --at "; !strings.Contains(got, want) {
		t.Errorf("y prints %q, without %q", got, want)
	}
	p.untilImages()
	p.key("e")
	p.untilPhoto(1)
	p.quit()
}

// What y prints opens what was on screen.
func TestViewReopensAState(t *testing.T) {
	const at = "view=occlusion,unit=relu1:3,photo=7,back=guided,step=20,zoom=1,scale=common,map=grey,contrast=2,off=conv1:1+relu1:2,label=2,predicted=3,wrong=1,logepochs=1,logloss=1,smooth=0.2,light=1"
	p := view(t, trained(t), "--at", at)
	p.untilState(at, func(s string) bool { return s == at })
	p.quit()
}

func TestViewLooksAtWhatIsDroppedAndPasted(t *testing.T) {
	unraced(t)
	p := view(t, filepath.Join(trained(t), "best.safetensors"))
	p.untilImages()
	at := image.Pt(400, 300)
	must(t, p.Drop(at, write(t, "a cat.png", string(chequered(t, 40, 30)))))
	p.untilPhoto(testImages)
	must(t, p.Drop(at, write(t, "text.png", "no picture")))
	p.untilNotice(ui.Dark.Bad)
	p.untilPhoto(testImages)
	p.untilNotice(ui.Dark.Accent) // the link is on the clipboard

	display := xtest.Need(t)
	must(t, display.Clipboard([]byte("no picture"), "image/png"))
	p.key("v", "Control")
	p.untilNotice(ui.Dark.Bad)
	must(t, display.Clipboard(plain(t, color.White), "image/png"))
	p.key("v", "Control")
	p.untilPixel("the pasted image", pictureX, pictureY, color.RGBA{255, 255, 255, 255})
	p.untilPhoto(testImages + 1)
	p.quit()
}

// plain returns an image of one colour as a PNG.
func plain(t *testing.T, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 50, 50))
	draw.Draw(img, img.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	var b bytes.Buffer
	must(t, png.Encode(&b, img))
	return b.Bytes()
}

// A network for colour shows grey pictures, and one of a single pixel.
func TestViewOfPicturesThatDoNotFit(t *testing.T) {
	unraced(t)
	net := write(t, "colour.json", strings.Replace(tinyNet, `[1, 28, 28]`, `[3, 28, 28]`, 1))
	dir := filepath.Join(t.TempDir(), "run")
	succeed(t, "train", "--headless", "--data", "images:"+colours(t), "--net", net, "--batch", "2", "--steps", "2", "--size", "28", "--out", dir)
	grey, dot := write(t, "grey.png", string(chequered(t, 70, 30))), write(t, "dot.png", string(chequered(t, 1, 1)))
	for _, path := range []string{grey, dot} {
		checkPicture(t, shoot(t, dir, path, "--at", "view=occlusion,unit=conv1:2"), image.Pt(800, 600))
	}
}

// colours returns a folder of images in two classes.
func colours(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, class := range []color.RGBA{{200, 0, 0, 255}, {0, 0, 200, 255}} {
		for _, split := range []string{"train", "test"} {
			folder := filepath.Join(dir, split, fmt.Sprint(class))
			must(t, os.MkdirAll(folder, 0o777))
			must(t, os.WriteFile(filepath.Join(folder, "a.png"), plain(t, class), 0o666))
		}
	}
	return dir
}

//go:build linux && cgo && !nowindow && !noglfw

package system

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/jezek/xgb/xproto"

	"tandem/cmd/internal/xtest"
	"tandem/vk"
)

// facts is what GLFW knows, as a child reports it.
type facts struct {
	Monitors []Monitor
	Err      string
	Vulkan   bool
}

// gpus is what Vulkan finds through GLFW, or through the system's loader.
type gpus struct {
	Names, Again []string
	Err          string
	Frames       int // of a window of ebiten's
}

func init() {
	calls["facts"] = func() any {
		all, err := Monitors()
		return facts{all, errText(err), VulkanProcAddr() != nil}
	}
	calls["loader"] = func() any {
		names, err := gpuNames(vk.InstanceOptions{})
		return gpus{Names: names, Err: errText(err)}
	}
	calls["glfw"] = func() any {
		names, err := gpuNames(vk.InstanceOptions{ProcAddr: VulkanProcAddr()})
		game := &frames{}
		if err == nil {
			err = ebiten.RunGame(game)
		}
		again, _ := gpuNames(vk.InstanceOptions{})
		return gpus{names, again, errText(err), game.drawn}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func gpuNames(o vk.InstanceOptions) (names []string, err error) {
	i, err := vk.NewInstance(o)
	if err != nil {
		return nil, err
	}
	for _, d := range i.Devices() {
		names = append(names, fmt.Sprintf("%s %x", d.Name, d.UUID))
	}
	return names, i.Close()
}

// frames is a game that ends by itself.
type frames struct{ drawn int }

func (f *frames) Update() error {
	if f.drawn >= 3 {
		return ebiten.Termination
	}
	return nil
}

func (f *frames) Draw(*ebiten.Image)         { f.drawn++ }
func (f *frames) Layout(w, h int) (int, int) { return w, h }

func TestMonitors(t *testing.T) {
	xtest.Need(t)
	dpi := 97 + rand.IntN(200)
	for _, c := range []struct {
		resources string
		scale     float64
	}{{"", 1}, {fmt.Sprintf("Xft.dpi:\t%d\n", dpi), float64(float32(dpi) / 96)}} {
		setResources(t, c.resources)
		var f facts
		callWith(t, "facts", &f)
		want := []Monitor{{Name: "screen", Width: screenWidth, Height: screenHeight, Scale: c.scale}}
		for i := range f.Monitors {
			f.Monitors[i].RefreshHz = 0 // a server without a screen makes it up
		}
		if f.Err != "" || !reflect.DeepEqual(f.Monitors, want) {
			t.Errorf("with resources %q: got %+v, want %+v", c.resources, f, want)
		}
	}
}

// setResources sets what desktops let programs know of people's settings.
func setResources(t *testing.T, text string) {
	t.Helper()
	x, _, err := openX(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root := xproto.Setup(x.Conn).DefaultScreen(x.Conn).Root
	err = xproto.ChangePropertyChecked(x.Conn, xproto.PropModeReplace, root, xproto.AtomResourceManager, xproto.AtomString, 8, uint32(len(text)), []byte(text)).Check()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMonitorsWithoutDisplay(t *testing.T) {
	for _, env := range [][]string{
		{"DISPLAY=", "WAYLAND_DISPLAY="},
		{"DISPLAY=", "WAYLAND_DISPLAY=wayland-0"},
		{"DISPLAY=" + t.TempDir() + "/none:0"},
		{"DISPLAY=nonsense"},
	} {
		var f facts
		callWith(t, "facts", &f, env...)
		if !strings.HasPrefix(f.Err, "no display: ") || strings.Contains(f.Err, "\n") || f.Monitors != nil || f.Vulkan {
			t.Errorf("%v: got %+v", env, f)
		}
	}
}

// Vulkan opened through GLFW's address finds what the loader finds, and goes on
// doing so after a window of ebiten's, which has another GLFW inside.
func TestVulkanThroughGLFWBesideAWindow(t *testing.T) {
	xtest.Need(t)
	if os.Getenv("TANDEM_VULKAN_TESTS") == "none" {
		t.Skip("TANDEM_VULKAN_TESTS=none")
	}
	var plain, glfw gpus
	callWith(t, "loader", &plain)
	if plain.Err != "" {
		if os.Getenv("TANDEM_VULKAN_TESTS") == "required" {
			t.Fatal(plain.Err)
		}
		t.Skip(plain.Err)
	}
	callWith(t, "glfw", &glfw)
	if glfw.Err != "" || !reflect.DeepEqual(glfw.Names, plain.Names) || !reflect.DeepEqual(glfw.Again, plain.Names) || glfw.Frames < 3 {
		t.Errorf("through GLFW %+v, through the loader %+v", glfw, plain)
	}
}

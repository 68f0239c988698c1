package lab

import (
	"bytes"
	"fmt"

	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/viz"
)

// openQueue opens the images that the user has sent.
func (b *bench) openQueue() {
	for _, f := range b.queue {
		p, err := b.store(f)
		if err != nil {
			b.complain(err)
			continue
		}
		b.opened = append(b.opened, p)
	}
	if len(b.queue) == 0 {
		return
	}
	b.queue = nil
	b.publish(func(s *scene.Scene) {
		s.Photos = scene.Photos{Count: b.count(), Opened: len(b.opened), About: b.lab.options.About}
	})
}

// store brings a picture to the size of the images that the network learned from.
// Where these are no squares it must have their size already, for only squares are
// cut out. Errors name the file.
func (n *network) store(f file) (photo, error) {
	img, err := data.DecodeImage(bytes.NewReader(f.data), f.name)
	if err != nil {
		return photo{}, err
	}
	p := photo{name: f.name, label: viz.Unknown}
	channels, h, w := n.stats.Shape[0], n.stats.Shape[1], n.stats.Shape[2]
	size := img.Bounds().Size()
	switch {
	case h == w:
		p.stored = data.ToCHW(img, h, channels)
	case size.X == w && size.Y == h:
		p.stored = data.ToCHW(img, 0, channels)
	default:
		return photo{}, fmt.Errorf("%s is %dx%d, and network %s learned from images of %dx%d as they are; bring it to that size", f.name, size.X, size.Y, n.net.Name, w, h)
	}
	return p, nil
}

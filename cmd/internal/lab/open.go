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
	if len(b.queue) == 0 {
		return
	}
	for _, f := range b.queue {
		p, err := b.store(f)
		if err != nil {
			b.complain(err)
			continue
		}
		b.opened = append(b.opened, p)
	}
	b.queue = nil
	b.publishPhotos()
}

func (b *bench) publishPhotos() {
	b.publish(func(s *scene.Scene) {
		s.Photos = scene.Photos{Count: b.count(), Opened: len(b.opened), About: b.lab.options.About}
	})
}

// store brings a picture to the shape of the images that the network learned from.
// Errors name the file.
func (n *network) store(f file) (photo, error) {
	img, err := data.DecodeImage(bytes.NewReader(f.data), f.name)
	if err != nil {
		return photo{}, err
	}
	stored, err := data.Fit(img, n.stats.Shape)
	if err != nil {
		return photo{}, fmt.Errorf("%s: %w", f.name, err)
	}
	return photo{name: f.name, stored: stored, label: viz.Unknown}, nil
}

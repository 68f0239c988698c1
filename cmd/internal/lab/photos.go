package lab

import (
	"errors"
	"fmt"
	"image"

	"tandem/engine/data"
)

// photo is an image that can be looked at.
type photo struct {
	name   string
	stored []byte // C x H x W, as the network's images are stored
	label  int    // viz.Unknown where nobody knows
}

// photos holds the images that can be looked at: those of a set, then those that
// the user has opened.
type photos struct {
	images data.Dataset // as Options has them; nil: none
	opened []photo
	queue  []file // to be opened

	last     photo // of images, that was read last
	lastRead int   // 1 + its number; 0: none
}

func (all *photos) inSet() int {
	if all.images == nil {
		return 0
	}
	return all.images.Len()
}

func (all *photos) count() int { return all.inSet() + len(all.opened) }

// photo returns an image by its number in scene.Photos. The error names it.
func (all *photos) photo(number int) (photo, error) {
	n := all.inSet()
	switch {
	case number < 0 || number >= all.count():
		return photo{}, fmt.Errorf("there is no image %d: there are %d", number, all.count())
	case number >= n:
		return all.opened[number-n], nil
	case number+1 != all.lastRead:
		p, err := all.read(number)
		if err != nil {
			return photo{}, err
		}
		all.last, all.lastRead = p, number+1
	}
	return all.last, nil
}

func (all *photos) read(number int) (photo, error) {
	p := photo{name: all.nameOf(number), stored: make([]byte, all.images.Shape().Size())}
	var err error
	p.label, err = all.images.Read(number, p.stored)
	if broken := (*data.BrokenImage)(nil); err != nil && !errors.As(err, &broken) {
		err = fmt.Errorf("%s: %w", p.name, err) // a broken image's names the file
	}
	return p, err
}

func (all *photos) nameOf(number int) string {
	if named, ok := all.images.(interface{ Name(i int) string }); ok {
		return named.Name(number)
	}
	return fmt.Sprintf("test image %d", number)
}

// picture returns what of a stored image the network sees.
func (n *network) picture(stored []byte) *image.RGBA {
	in, out := n.stats.Shape, n.net.Input
	crop := make([]byte, 0, out.Size())
	for c := range out[0] {
		for y := range out[1] {
			start := (c*in[1]+n.view.Top+y)*in[2] + n.view.Left
			crop = append(crop, stored[start:start+out[2]]...)
		}
	}
	return data.FromCHW(crop, out)
}

package album

import (
	"context"

	"tandem/cmd/internal/lab"
	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/train"
)

// open begins to show another network. What the user has opened stays.
func (a *Album) open(ctx context.Context, c *train.Checkpoint) error {
	net, err := scene.Describe(c.Net, c.State.Classes, c.State.Data)
	if err != nil {
		return err
	}
	if err := a.startLab(ctx, c); err != nil {
		return err
	}
	a.lens = lensHistory{}
	a.Update(func(s *scene.Scene) { s.Network = net })
	return nil
}

// startLab lets a new lab compute in place of the old one, which goes on if network
// and images do not fit each other.
func (a *Album) startLab(ctx context.Context, c *train.Checkpoint) error {
	a.lock.Lock()
	pictures := a.images
	a.lock.Unlock()
	o := lab.Options{Board: &a.Board, Devices: a.options.Devices}
	if pictures != nil {
		o.Images, o.About = pictures.set, pictures.about
	}
	l := lab.New(o)
	if err := l.SetNetwork(c.Net, c.Stats); err != nil {
		return err
	}
	a.endLab()
	a.withImages = pictures
	a.useLab(l)
	within, stop := context.WithCancel(ctx)
	stopped := make(chan struct{})
	a.stop, a.stopped = stop, stopped
	go func() {
		defer close(stopped)
		l.Run(within)
	}()
	return nil
}

// useLab tells a lab what the user wants and has opened, and all that is to come.
func (a *Album) useLab(l *lab.Lab) {
	a.lock.Lock()
	defer a.lock.Unlock()
	l.Want(a.want)
	for _, f := range a.files {
		l.Open(f.Name, f.Data)
	}
	a.lab = l
}

// endLab stops the lab, if one works, and waits for it.
func (a *Album) endLab() {
	if a.stop == nil {
		return
	}
	a.lock.Lock()
	a.lab = nil
	a.lock.Unlock()
	a.stop()
	<-a.stopped
	a.stop = nil
}

// showImages gives the images that have been opened meanwhile to a new lab.
func (a *Album) showImages(ctx context.Context) {
	a.lock.Lock()
	late := a.images != a.withImages && a.loaded != nil
	a.lock.Unlock()
	if !late {
		return
	}
	if err := a.startLab(ctx, a.loaded); err != nil {
		a.Notice(true, err.Error())
		a.closeImages()
		return
	}
	a.lab.AddLens(a.lens.points...)
	a.publish(a.loaded)
}

// images are a set to look at.
type images struct {
	set   data.Dataset
	about string
}

// openImages opens the set of images, which can take a while.
func (a *Album) openImages(c *train.Checkpoint) {
	set, about, err := a.options.Images(c)
	if err != nil {
		a.Notice(true, err.Error())
	}
	if set == nil {
		return
	}
	if err := c.Knows(set, about); err != nil {
		a.Notice(true, err.Error())
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.ended {
		set.Close()
		return
	}
	a.images = &images{set, about}
	a.poke()
}

// end closes the images, and those that are still to come.
func (a *Album) end() {
	a.lock.Lock()
	a.ended = true
	a.lock.Unlock()
	a.closeImages()
}

func (a *Album) closeImages() {
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.images != nil {
		a.images.set.Close()
		a.images = nil
	}
}

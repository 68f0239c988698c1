package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tandem/engine/data"
)

func dataCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "data",
		Short:   "list, download or prepare images to train on",
		Example: "  tandem data list\n  tandem data get cifar10\n  tandem data prepare imagenet DOWNLOADS SHARDS",
		Args:    onlyCommands,
		RunE:    group,
	}
	c.AddCommand(dataListCommand(), dataGetCommand(), dataPrepareCommand())
	return c
}

func dataListCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "list what --data takes, and what can be downloaded",
		Example: "  tandem data list",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			t := newTable("--data", "what it is")
			for _, s := range data.Sources() {
				t.add(s.Spec, s.About)
			}
			t.print(out)
			fmt.Fprintln(out)
			t = newTable("tandem data get", "what it fetches", "from")
			for _, d := range data.Downloads() {
				t.add(d.Name, d.About, d.URL)
			}
			t.print(out)
			return nil
		},
	}
}

func downloadNames() []string {
	var names []string
	for _, d := range data.Downloads() {
		names = append(names, d.Name)
	}
	return names
}

const dataGetHelp = `Download a set of images from its official address into DIR (default data/NAME),
check it, and unpack it. What is there already stays; a download that was cut off
goes on where it stopped.`

func dataGetCommand() *cobra.Command {
	var mirror string
	c := &cobra.Command{
		Use:     "get NAME [DIR]",
		Short:   "download a set of images",
		Long:    dataGetHelp,
		Example: "  tandem data get cifar10\n  tandem data get fashion-mnist ~/sets/fashion",
		Args:    arguments(1, 2, "a name: "+strings.Join(downloadNames(), " or ")),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := filepath.Join("data", args[0])
			if len(args) > 1 {
				dir = args[1]
			}
			return getData(cmd, args[0], dir, mirror)
		},
		ValidArgsFunction: completeWith(downloadNames),
	}
	c.Flags().StringVar(&mirror, "mirror", "", "fetch the files from `URL`/FILE instead")
	return c
}

func getData(cmd *cobra.Command, name, dir, mirror string) error {
	if !slices.Contains(downloadNames(), name) {
		return usagef("there is no set %q to download; there are %s", name, strings.Join(downloadNames(), ", "))
	}
	s := newScreen(cmd, false)
	defer s.done()
	ctx := interruptible(cmd.Context(), s, "stopping; the same command goes on from here")
	defer ctx.stop()
	err := data.Get(ctx, name, dir, data.GetOptions{
		BaseURL:  mirror,
		Progress: func(file string, done, total int64) { s.progress(file, int(done), int(total), "") },
	})
	if err != nil {
		return interruptedOr(ctx, err)
	}
	s.done()
	fmt.Fprintf(cmd.OutOrStdout(), "train on it with: tandem train --data %s\n", quote(name+":"+dir))
	return nil
}

const dataPrepareHelp = `Decode ImageNet once into shards that stream at training speed: shortest side
resized to 256, central square, raw RGB, as in the paper's section 2.

SRC is a folder with train/SYNSET/* and val/SYNSET/*, or with the original
ILSVRC2012_img_train.tar and ILSVRC2012_img_val.tar. Validation images that lie
in no class folder need the ground truth: a list found in SRC, or --labels.

It can be interrupted; the same command goes on where it stopped.`

func dataPrepareCommand() *cobra.Command {
	var o data.PrepareOptions
	c := &cobra.Command{
		Use:     "prepare imagenet SRC DST",
		Short:   "decode ImageNet into shards for training",
		Long:    dataPrepareHelp,
		Example: "  tandem data prepare imagenet downloads /big/imagenet\n  tandem train --data imagenet:/big/imagenet --net alexnet",
		Args:    arguments(3, 3, "imagenet, the folder with the originals and the folder for the shards"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case args[0] != "imagenet":
				return usagef("only imagenet can be prepared, not %q; other pictures are read as they are with --data images:DIR", args[0])
			case o.Size < 1:
				return usagef("--size must be at least 1, got %d", o.Size)
			case o.Workers < 0 || o.Workers > maxWorkers:
				return usagef("--workers must be from 0 to %d, got %d", maxWorkers, o.Workers)
			}
			return prepareImageNet(cmd, args[1], args[2], o)
		},
	}
	c.Flags().IntVar(&o.Size, "size", 256, "side of the stored squares")
	c.Flags().StringVar(&o.Labels, "labels", "", "`FILE` with the ground truth of the validation images")
	c.Flags().StringVar(&o.IDs, "ids", "", "`FILE` with lines ID SYNSET, where the labels are ILSVRC ids")
	c.Flags().StringVar(&o.Names, "names", "", "`FILE` with lines SYNSET NAME: the classes, also those without an image")
	c.Flags().IntVar(&o.Workers, "workers", 0, "images decoded at a time (default: one per core)")
	return c
}

func prepareImageNet(cmd *cobra.Command, src, dst string, o data.PrepareOptions) error {
	s := newScreen(cmd, false)
	defer s.done()
	ctx := interruptible(cmd.Context(), s, "stopping; the same command goes on from here")
	defer ctx.stop()
	o.Progress = func(done, total int) {
		if done == 0 {
			s.progress("listing", 0, 0, plural(total, "image"))
			return
		}
		s.progress("decoding", done, total, "")
	}
	p, err := data.PrepareImageNet(ctx, src, dst, o)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	s.done()
	out := cmd.OutOrStdout()
	for _, skip := range p.Skipped {
		fmt.Fprintf(out, "left out %s: %s\n", skip.Path, skip.Reason)
	}
	fmt.Fprintf(out, "%s to train on and %s to validate on, of %s classes; left out: %s\n",
		plural(p.Train, "image"), count(p.Val), count(p.Classes), count(len(p.Skipped)))
	fmt.Fprintf(out, "train on them with: tandem train --net alexnet --data %s\n", quote("imagenet:"+dst))
	return nil
}

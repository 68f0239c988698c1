//go:build !js

package data

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// GetOptions tune Get.
type GetOptions struct {
	// BaseURL replaces the official address: the files are fetched from
	// BaseURL/NAME. For mirrors and tests.
	BaseURL string
	// Progress, if set, is told how much of a file has arrived. Calls do not
	// overlap.
	Progress func(file string, done, total int64)

	patience patience
}

// patience says how long to put up with a bad connection.
type patience struct {
	attempts int           // in a row that bring nothing
	pause    time.Duration // between attempts
	stall    time.Duration // without a byte until an attempt is given up
}

var defaultPatience = patience{attempts: 4, pause: time.Second, stall: 30 * time.Second}

// download is a set that Get knows.
type download struct {
	name  string
	about string
	base  string
	files []remoteFile
	// present reports whether dir holds the whole set already; nil: files tell.
	present func(dir string) bool
	// unpack makes of the files in dir what Open reads; nil: nothing to do.
	unpack func(ctx context.Context, dir string) error
}

// remoteFile is a file with the size and checksum that its authors publish.
type remoteFile struct {
	name string
	size int64
	md5  string
}

// The checksums of Fashion-MNIST are those in its README, that of CIFAR-10
// stands on its page, https://www.cs.toronto.edu/~kriz/cifar.html.
var downloads = []download{
	{
		name:  "fashion-mnist",
		about: "70,000 grey images of clothes, 28x28, 10 classes; 31 MB",
		base:  "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
		files: []remoteFile{
			{"train-images-idx3-ubyte.gz", 26421880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"},
			{"train-labels-idx1-ubyte.gz", 29515, "25c81989df183df01b3e8a0aad5dffbe"},
			{"t10k-images-idx3-ubyte.gz", 4422102, "bef4ecab320f06d8554ea6380940ec79"},
			{"t10k-labels-idx1-ubyte.gz", 5148, "bb300cfdad3c16e7a12a480ee83cd310"},
		},
	},
	{
		name:    "cifar10",
		about:   "60,000 small photographs, 32x32, 10 classes; 170 MB, 360 MB unpacked",
		base:    "https://www.cs.toronto.edu/~kriz",
		files:   []remoteFile{{cifarArchive, 170052171, "c32a1d4ab5d03f1284b67883e8d87530"}},
		present: cifarUnpacked,
		unpack:  unpackCIFAR,
	},
}

// Download describes a set that Get can fetch.
type Download struct {
	Name  string `json:"name"`
	About string `json:"about"` // one line
	URL   string `json:"url"`   // where its files are
}

// Downloads lists the sets that Get can fetch.
func Downloads() []Download {
	var list []Download
	for _, d := range downloads {
		list = append(list, Download{d.name, d.about, d.base})
	}
	return list
}

// Get fetches a set (see Downloads) from its official address into dir, so that
// Open("NAME:DIR") reads it. Files that are there and whole stay; a file that an
// earlier call began is continued. A file appears under its name only when its
// checksum is right.
func Get(ctx context.Context, name, dir string, o GetOptions) error {
	var known []string
	for _, d := range downloads {
		if d.name == name {
			return d.get(ctx, dir, o)
		}
		known = append(known, d.name)
	}
	return fmt.Errorf("no data set %q to get; there are %s", name, strings.Join(known, ", "))
}

func (d *download) get(ctx context.Context, dir string, o GetOptions) error {
	if o.BaseURL == "" {
		o.BaseURL = d.base
	}
	if o.patience.attempts == 0 {
		o.patience = defaultPatience
	}
	if d.present != nil && d.present(dir) {
		return nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return explainWrite(err)
	}
	for _, f := range d.files {
		fetch := &fetch{
			remoteFile: f,
			url:        strings.TrimSuffix(o.BaseURL, "/") + "/" + f.name,
			path:       filepath.Join(dir, f.name),
			o:          o,
			client:     http.DefaultClient,
		}
		if err := fetch.run(ctx); err != nil {
			return err
		}
	}
	if d.unpack == nil {
		return nil
	}
	return d.unpack(ctx, dir)
}

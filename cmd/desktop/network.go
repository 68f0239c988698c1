package main

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tandem/engine/nn"
)

// netChoice is what --net and --recipe say.
type netChoice struct{ name, recipe string }

func (n *netChoice) flags(c *cobra.Command, standard string) {
	c.Flags().StringVar(&n.name, "net", standard, "network: a `NAME` that tandem net list shows, or a JSON file")
	c.Flags().StringVar(&n.recipe, "recipe", "", "one of the network's recipes, such as paper, krizhevsky or caffe")
	completeFlag(c, "net", networkNames)
	completeFlag(c, "recipe", recipeNames)
}

// build returns the network for images of that shape and number of classes;
// built-in networks adapt where they can.
func (n netChoice) build(o nn.BuildOptions) (*nn.Network, error) {
	entry := catalogEntry(n.name)
	if entry == nil && isFile(n.name) {
		return n.read()
	}
	o.Recipe = n.recipe
	net, err := nn.Build(n.name, o)
	if err != nil && (entry == nil || n.recipe != "" && !slices.Contains(entry.Recipes, n.recipe)) {
		return nil, usage(err)
	}
	return net, err
}

// isFile tells a path from a name: networks have no slashes or dots.
func isFile(name string) bool {
	if strings.ContainsAny(name, "/\\.") {
		return true
	}
	_, err := os.Stat(name)
	return err == nil && name != ""
}

func (n netChoice) read() (*nn.Network, error) {
	if n.recipe != "" {
		return nil, usagef("--recipe %s: %s is a file and holds its own recipe; leave the flag out", n.recipe, n.name)
	}
	text, err := os.ReadFile(n.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("%s: there is no such network file; tandem net list shows the built-in networks", n.name)
	}
	if err != nil {
		return nil, fileError(err)
	}
	return nn.ParseNetwork(text, n.name)
}

// builtIn tells whether the network comes with the program.
func (n netChoice) builtIn() bool { return catalogEntry(n.name) != nil }

func catalogEntry(name string) *nn.Entry {
	for _, e := range nn.Catalog() {
		if e.Name == name {
			return &e
		}
	}
	return nil
}

func networkNames() []string {
	var names []string
	for _, e := range nn.Catalog() {
		names = append(names, e.Name)
	}
	return names
}

func recipeNames() []string {
	var names []string
	for _, e := range nn.Catalog() {
		names = append(names, e.Recipes...)
	}
	return names
}

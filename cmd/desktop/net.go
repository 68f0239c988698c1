package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"tandem/engine/nn"
)

func netCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "net",
		Short:   "list the networks, or show one layer by layer",
		Example: "  tandem net list\n  tandem net show alexnet --recipe krizhevsky",
		Args:    onlyCommands,
		RunE:    group,
	}
	c.AddCommand(netListCommand(), netShowCommand())
	return c
}

func netListCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "list the networks that come with tandem",
		Example: "  tandem net list",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			t := newTable("network", "recipes", "what it is")
			for _, e := range nn.Catalog() {
				t.add(e.Name, strings.Join(e.Recipes, ", "), e.Summary)
			}
			t.print(cmd.OutOrStdout())
			return nil
		},
	}
}

const netShowHelp = `Show a network's layers: output shape, learned parameters, multiply-adds of a
forward pass on one image, and receptive field (the side of the square of pixels
that one unit sees).

With --json it prints the network as a file: change it, and give the file's name
wherever a network's name is asked for.`

func netShowCommand() *cobra.Command {
	var choice netChoice
	var asJSON bool
	c := &cobra.Command{
		Use:     "show NAME|FILE",
		Short:   "show a network layer by layer",
		Long:    netShowHelp,
		Example: "  tandem net show alexnet\n  tandem net show alexnet-mini --json > mine.json\n  tandem net show mine.json",
		Args:    arguments(1, 1, "a network's name or file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			choice.name = args[0]
			net, err := choice.build(nn.BuildOptions{})
			if err != nil {
				return err
			}
			if asJSON {
				return printNetworkFile(cmd.OutOrStdout(), net)
			}
			return printNetwork(cmd.OutOrStdout(), net)
		},
		ValidArgsFunction: completeWith(networkNames),
	}
	c.Flags().StringVar(&choice.recipe, "recipe", "", "one of the network's recipes, such as paper, krizhevsky or caffe")
	c.Flags().BoolVar(&asJSON, "json", false, "print the network as a file to start from")
	completeFlag(c, "recipe", recipeNames)
	return c
}

// printNetworkFile writes a node a line: a file for people to edit.
func printNetworkFile(w io.Writer, net *nn.Network) error {
	text, err := json.Marshal(net)
	if err != nil {
		return err
	}
	var file struct {
		Name   json.RawMessage   `json:"name"`
		Input  json.RawMessage   `json:"input"`
		Towers json.RawMessage   `json:"towers"`
		Nodes  []json.RawMessage `json:"nodes"`
		Recipe json.RawMessage   `json:"recipe"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return err
	}
	var recipe bytes.Buffer
	if err := json.Indent(&recipe, file.Recipe, "  ", "  "); err != nil {
		return err
	}
	fmt.Fprintf(w, "{\n  \"name\": %s,\n  \"input\": %s,\n  \"towers\": %s,\n  \"nodes\": [\n", file.Name, file.Input, file.Towers)
	for i, n := range file.Nodes {
		comma := ","
		if i == len(file.Nodes)-1 {
			comma = ""
		}
		fmt.Fprintf(w, "    %s%s\n", n, comma)
	}
	_, err = fmt.Fprintf(w, "  ],\n  \"recipe\": %s\n}\n", recipe.Bytes())
	return err
}

func printNetwork(w io.Writer, net *nn.Network) error {
	s, err := net.Summarize()
	if err != nil {
		return err
	}
	t := newTable("layer", "type", "reads", "output", ">parameters", ">multiply-adds", ">receptive field")
	t.add(nn.DataNode, "", "", net.Input.String(), "", "", "1")
	before := nn.DataNode
	for _, l := range s.Layers {
		reads := strings.Join(l.Inputs, ", ")
		if reads == before {
			reads = ""
		}
		before = l.Name
		t.add(l.Name, kindOf(net.Node(l.Name).Layer), reads, l.Output.String(), blankZero(l.Parameters, count), blankZero(l.MultiplyAdds, millions), count(l.ReceptiveField))
	}
	fmt.Fprintf(w, "%s: input %s, %s\n\n", net.Name, net.Input, plural(net.Towers, "tower"))
	t.print(w)
	fmt.Fprintf(w, "\n%s parameters, %s multiply-adds\n", count(s.Parameters), millions(s.MultiplyAdds))
	printRecipe(w, net.Recipe)
	return nil
}

// kindOf names a layer's type and window: "conv 11x11/4", "pool max 3x3/2".
func kindOf(l nn.Layer) string {
	switch l := l.(type) {
	case *nn.Conv:
		kind := l.Type() + window(l.Window)
		if l.Groups > 1 {
			kind += ", " + plural(l.Groups, "group")
		}
		return kind
	case *nn.Pool:
		return l.Type() + " " + l.Kind + window(l.Window)
	}
	return l.Type()
}

func window(w nn.Window) string {
	text := fmt.Sprintf(" %dx%d", w.Kernel, w.Kernel)
	if w.Stride > 1 {
		text += fmt.Sprintf("/%d", w.Stride)
	}
	return text
}

func printRecipe(w io.Writer, r nn.Recipe) {
	fmt.Fprintf(w, "recipe: batch %d, %s, learning rate %g (%s), momentum %g\n",
		r.Batch, plural(r.Epochs, "epoch"), r.Rate, r.Schedule.Kind, r.Momentum)
}

func blankZero(n int64, format func(int64) string) string {
	if n == 0 {
		return ""
	}
	return format(n)
}

package scene

import "tandem/engine/nn"

// Describe returns what there is to say of a network that learned from the data
// that spec names. The error names what does not fit in it.
func Describe(net *nn.Network, classes []string, spec string) (*Network, error) {
	n := &Network{Net: net, Classes: classes, Data: spec}
	var err error
	if n.Shapes, err = net.Infer(); err != nil {
		return nil, err
	}
	if n.Summary, err = net.Summarize(); err != nil {
		return nil, err
	}
	if net.Towers == 2 {
		n.Transfers, err = net.Transfers(1)
	}
	return n, err
}

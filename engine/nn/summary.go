package nn

import "tandem/engine/tensor"

// LayerInfo is a line of a network's summary.
type LayerInfo struct {
	Name           string       `json:"name"`
	Type           string       `json:"type"`
	Inputs         []string     `json:"inputs"`
	Tower          Tower        `json:"tower,omitempty"`
	Output         tensor.Shape `json:"output"`
	Parameters     int64        `json:"parameters"`
	MultiplyAdds   int64        `json:"multiply_adds"`   // forward, one image
	ReceptiveField int          `json:"receptive_field"` // side of the square of pixels that one unit sees
	Jump           int          `json:"jump"`            // pixels between neighbouring units
}

// Summary is what `tandem net show` prints.
type Summary struct {
	Layers       []LayerInfo `json:"layers"`
	Parameters   int64       `json:"parameters"`
	MultiplyAdds int64       `json:"multiply_adds"`
}

// field is the square of input pixels that a unit sees.
type field struct{ size, jump int }

// Summarize returns shapes, parameters, multiply-adds and receptive fields.
func (net *Network) Summarize() (Summary, error) {
	shapes, err := net.Infer()
	if err != nil {
		return Summary{}, err
	}
	var s Summary
	fields := map[string]field{DataNode: {1, 1}}
	for _, n := range net.Nodes {
		in := shapes.of(n.Inputs)
		info := LayerInfo{Name: n.Name, Type: n.Layer.Type(), Inputs: n.Inputs, Tower: n.Tower, Output: shapes[n.Name], MultiplyAdds: n.Layer.MultiplyAdds(in)}
		for _, p := range n.Layer.Params(in) {
			info.Parameters += int64(p.Shape.Size())
		}
		f := net.receptiveField(n, fields)
		fields[n.Name] = f
		info.ReceptiveField, info.Jump = f.size, f.jump
		s.Layers = append(s.Layers, info)
		s.Parameters += info.Parameters
		s.MultiplyAdds += info.MultiplyAdds
	}
	return s, nil
}

// receptiveField grows the largest field among a node's inputs: a window of F
// at stride S over units that see r pixels, j apart, sees r + (F-1)j, and its
// neighbours are S*j apart. It never exceeds the image.
func (net *Network) receptiveField(n Node, fields map[string]field) field {
	var f field
	for _, in := range n.Inputs {
		f.size, f.jump = max(f.size, fields[in].size), max(f.jump, fields[in].jump)
	}
	side := max(net.Input[1], net.Input[2])
	if n.Layer.Traits().WholeWindows {
		return field{side, side}
	}
	kernel, stride := windowOf(n.Layer)
	return field{min(f.size+(kernel-1)*f.jump, side), min(f.jump*stride, maxExtent)}
}

// windowOf returns the side and stride of the square of positions that a layer
// combines.
func windowOf(l Layer) (kernel, stride int) {
	switch l := l.(type) {
	case *Conv:
		return l.Kernel, l.stride()
	case *Pool:
		return l.Kernel, l.stride()
	case *LRN:
		if l.SameMap {
			return l.Size, 1
		}
	}
	return 1, 1
}

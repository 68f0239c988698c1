package nn

import "tandem/engine/device"

// transfer copies a value to the other device, and its gradient home.
type transfer struct {
	name        string // of the node whose output it is
	from, to    *value
	grad        device.Buffer // on from's device, for what comes home; nil without gradients
	there, back *device.Link
	reader      *compute // the first on to's device
	devices     []device.Device
	batch       int
}

func (t *transfer) size() int { return t.batch * t.to.Shape.Size() }

func (t *transfer) send() { t.devices[t.from.dev].Send(t.from.Data, t.size(), t.there) }

func (t *transfer) receive() { t.devices[t.to.dev].Receive(t.there, t.to.Data, t.size()) }

func (t *transfer) sendBack() {
	d := t.devices[t.to.dev]
	t.to.sumGradients(d, t.batch)
	d.Send(t.to.Grad, t.size(), t.back)
}

func (t *transfer) receiveBack() { t.devices[t.from.dev].Receive(t.back, t.grad, t.size()) }

// Transfer is a value that crosses between two devices in each pass forwards,
// and its gradient that comes home in each pass backwards.
type Transfer struct {
	Name     string // the node whose output crosses
	From, To int    // devices, 0 or 1
	Bytes    int64  // for the batch; the gradient has as many
}

// Transfers lists what crosses when the network is split over two devices, from
// its shapes alone: each output once that a node on the other device reads.
func (net *Network) Transfers(batch int) ([]Transfer, error) {
	split, err := Split(net)
	if err != nil {
		return nil, err
	}
	shapes, err := split.Infer()
	if err != nil {
		return nil, err
	}
	var all []Transfer
	seen := map[string]bool{}
	for _, n := range split.Nodes {
		for _, name := range n.Inputs {
			src := split.Node(name)
			if src == nil || towerDevice(src.Tower) == towerDevice(n.Tower) || seen[name] {
				continue
			}
			seen[name] = true
			all = append(all, Transfer{name, towerDevice(src.Tower), towerDevice(n.Tower), 4 * int64(batch) * int64(shapes[name].Size())})
		}
	}
	return all, nil
}

// towerDevice returns the device of a tower where there are two.
func towerDevice(t Tower) int {
	if t == TowerB {
		return 1
	}
	return 0
}

// StepBytes returns the bytes that a training step moves, by the device that
// sends: values and gradients.
func StepBytes(transfers []Transfer) (sent [2]int64) {
	for _, t := range transfers {
		sent[t.From] += t.Bytes
		sent[t.To] += t.Bytes
	}
	return sent
}

// Moved returns what the model has moved between its devices since it was made,
// by the device that sent it.
func (m *Model) Moved() (sent [2]device.LinkStats) {
	for _, t := range m.transfers {
		sent[t.from.dev].Add(t.there.Stats())
		if t.back != nil {
			sent[t.to.dev].Add(t.back.Stats())
		}
	}
	return sent
}

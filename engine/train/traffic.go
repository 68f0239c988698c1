package train

import (
	"time"

	"tandem/engine/device"
	"tandem/engine/nn"
)

// traffic is what the devices had exchanged when it was last looked at.
type traffic struct {
	bytes   int64
	copying time.Duration
}

// since returns the bytes that the devices have been asked to send each other
// since the last call, and the seconds spent on copying messages in host memory.
func (t *traffic) since(devices []device.Device, m *nn.Model) (bytes int64, seconds float64) {
	before := *t
	*t = traffic{}
	for _, d := range devices {
		t.bytes += d.Counts().Sent
	}
	for _, s := range m.Moved() {
		t.copying += s.Copying
	}
	return t.bytes - before.bytes, (t.copying - before.copying).Seconds()
}

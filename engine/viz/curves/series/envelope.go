package series

// Envelope condenses a noisy curve to what a screen can show, without losing its
// extremes: the plot's width is cut into columns, and each column that has points
// keeps their smallest and largest value and their mean. Columns are even on the
// axis, logarithmic or not, so smoothing looks the same everywhere.
type Envelope struct {
	columns []column
	edges   []float64 // column i holds times from edges[i] to edges[i+1]
	at      int       // the column of the last point: the next is near
	n       int
}

// column sums up the points that fall on it.
type column struct {
	n         int
	x, y      float64 // sums
	low, high float64
}

// NewEnvelope cuts the axis of time into n columns.
func NewEnvelope(x Axis, n int) *Envelope {
	e := &Envelope{columns: make([]column, n), edges: make([]float64, n+1)}
	for i := range e.edges {
		e.edges[i] = x.Value(float64(i) / float64(n))
	}
	return e
}

// Add takes in a point, if it is finite. Points beyond the axis count to its ends.
// It is quickest when they come in order of time.
func (e *Envelope) Add(x, y float64) {
	if Unbounded(x) || Unbounded(y) {
		return
	}
	at := e.at
	for at < len(e.columns)-1 && x >= e.edges[at+1] {
		at++
	}
	for at > 0 && x < e.edges[at] {
		at--
	}
	e.at = at
	e.columns[at].add(x, y)
	e.n++
}

func (c *column) add(x, y float64) {
	if c.n == 0 || y < c.low {
		c.low = y
	}
	if c.n == 0 || y > c.high {
		c.high = y
	}
	c.n++
	c.x += x
	c.y += y
}

// Len returns how many points were taken in.
func (e *Envelope) Len() int { return e.n }

// Band returns the smallest and the largest values of the columns that have any,
// at the mean times of their points.
func (e *Envelope) Band() (low, high Points) {
	for _, c := range e.columns {
		if c.n > 0 {
			low.Add(c.x/float64(c.n), c.low)
			high.Add(c.x/float64(c.n), c.high)
		}
	}
	return low, high
}

// Smoothed returns the mean around each column that has points, over as many
// columns to either side as window says. Near the beginning the window shrinks on
// both sides alike, so that the first steep fall is not flattened.
func (e *Envelope) Smoothed(window int) Points {
	var p Points
	for i, c := range e.columns {
		if c.n > 0 {
			w := min(window, i)
			p.Add(c.x/float64(c.n), mean(e.columns[i-w:min(i+w+1, len(e.columns))]))
		}
	}
	return p
}

// Window returns the smoothing window of n columns for a share of the plot's
// width to average over; 0 is the usual 0.03, below 0 none.
func Window(n int, share float64) int {
	if share == 0 {
		share = UsualSmoothing
	}
	return int(float64(n) * min(max(share, 0), 1) / 2)
}

// UsualSmoothing is the share of a plot's width over which lines of training
// average unless told otherwise.
const UsualSmoothing = 0.03

// mean averages the points of some columns.
func mean(columns []column) float64 {
	n, sum := 0, 0.0
	for _, c := range columns {
		n += c.n
		sum += c.y
	}
	return sum / float64(n)
}

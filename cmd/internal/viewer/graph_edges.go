package viewer

import "tandem/engine/nn"

// edge is a node that another reads, as they run: on two devices where a network has
// two towers.
type edge struct {
	from, to         string // "conv2.a" of a half
	fromTower, tower nn.Tower
	fromRow, row     int // of the merged network's nodes, counted from 1; the image is row 0
}

// crosses tells whether the edge leads to the other tower.
func (e edge) crosses() bool {
	return e.fromTower != nn.BothTowers && e.tower != nn.BothTowers && e.fromTower != e.tower
}

// passes tells whether the edge leads past a row.
func (e edge) passes() bool { return e.row != e.fromRow+1 }

// graphEdges lists who reads whom. Nodes that only join halves are left out: their
// readers read both halves.
func graphEdges(net *nn.Network) []edge {
	runs, err := nn.Split(net)
	if err != nil {
		runs = net // has one tower
	}
	rows := graphRows(net)
	joined := map[string][]string{}
	var edges []edge
	for _, n := range runs.Nodes {
		inputs := readsThrough(n.Inputs, joined)
		if _, shown := rows[n.Name]; !shown {
			joined[n.Name] = inputs
			continue
		}
		for _, in := range inputs {
			e := edge{from: in, to: n.Name, tower: n.Tower, fromRow: rows[in], row: rows[n.Name]}
			if source := runs.Node(in); source != nil {
				e.fromTower = source.Tower
			}
			edges = append(edges, e)
		}
	}
	return edges
}

// readsThrough returns inputs with the halves in place of what joins them.
func readsThrough(inputs []string, joined map[string][]string) []string {
	var all []string
	for _, in := range inputs {
		if halves := joined[in]; halves != nil {
			all = append(all, halves...)
			continue
		}
		all = append(all, in)
	}
	return all
}

// graphRows returns the row of every node as it runs.
func graphRows(net *nn.Network) map[string]int {
	rows := map[string]int{nn.DataNode: 0}
	for i, n := range net.Nodes {
		for _, name := range nodeNames(net, &n) {
			rows[name] = i + 1
		}
	}
	return rows
}

// nodeNames returns the names that a node of the merged network has as it runs.
func nodeNames(net *nn.Network, n *nn.Node) []string {
	if blocks(net, n) == 2 {
		return []string{n.Name + ".a", n.Name + ".b"}
	}
	return []string{n.Name}
}

// arrivals returns what crosses between the towers because a row reads it, where no
// row before it does.
func arrivals(row int, edges []edge, transfers []nn.Transfer) []nn.Transfer {
	var all []nn.Transfer
	for _, t := range transfers {
		for _, e := range edges {
			if e.from == t.Name && e.crosses() {
				if e.row == row {
					all = append(all, t)
				}
				break
			}
		}
	}
	return all
}

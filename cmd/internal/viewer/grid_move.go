package viewer

// moveUnit selects the unit dx columns to the right and dy rows down of the
// selected one, in the grid that was shown last.
func (v *Viewer) moveUnit(dx, dy int) {
	v.State.Unit.Channel = clamp(v.State.Unit.Channel+dx, 0, v.units(v.State.Unit.Layer)-1)
}

// units returns how many units a layer has, 0 where it is not of the network.
func (v *Viewer) units(layer string) int {
	if v.scene.Network == nil || len(v.scene.Network.Shapes[layer]) == 0 {
		return 0
	}
	return v.scene.Network.Shapes[layer][0]
}

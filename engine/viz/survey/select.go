package survey

// Select returns the outcomes that keep accepts, the highest loss first, then by
// image.
func (s *Survey) Select(keep func(Outcome) bool) []Outcome {
	var list []Outcome
	for _, o := range s.Outcomes {
		if keep(o) {
			list = append(list, o)
		}
	}
	sortByLoss(list)
	return list
}

package spirv

import (
	"cmp"
	"errors"
	"slices"
)

// module joins names, decorations and types.
func (d *declarations) module() (*Module, error) {
	m := &Module{LocalSizeSpec: d.localSizeSpec()}
	for _, v := range d.variables {
		if v.class == classPushConstant {
			if m.Push != nil {
				return nil, errors.New("has two blocks of push constants")
			}
			m.Push = d.members(d.pointees[v.pointer])
			continue
		}
		if b, ok := d.buffer(v); ok {
			m.Buffers = append(m.Buffers, b)
		}
	}
	for _, s := range d.specs {
		number, _ := d.value(place{s, -1}, specID)
		m.Spec = append(m.Spec, Constant{ID: number, Name: d.names[place{s, -1}]})
	}
	slices.SortStableFunc(m.Buffers, func(a, b Buffer) int {
		return cmp.Or(cmp.Compare(a.Set, b.Set), cmp.Compare(a.Binding, b.Binding), cmp.Compare(a.Name, b.Name))
	})
	slices.SortStableFunc(m.Spec, func(a, b Constant) int { return cmp.Compare(a.ID, b.ID) })
	return m, nil
}

// buffer describes a variable that has a descriptor.
func (d *declarations) buffer(v variable) (Buffer, bool) {
	at, bound := d.value(place{v.id, -1}, binding)
	set, inSet := d.value(place{v.id, -1}, descriptorSet)
	block := d.pointees[v.pointer]
	return Buffer{
		Set: set, Binding: at, Name: d.bufferName(v.id, block),
		Readable: !d.all(v.id, block, nonReadable),
		Writable: !d.all(v.id, block, nonWritable),
		Storage:  v.class == classStorageBuffer,
	}, bound || inSet
}

func (d *declarations) bufferName(v, block id) string {
	name := d.names[place{v, -1}]
	if name == "" && len(d.structs[block]) == 1 {
		name = d.names[place{block, 0}]
	}
	return cmp.Or(name, d.names[place{block, -1}])
}

// all reports whether the variable is decorated so, or every member of its
// block: glslc puts a block's qualifiers on the members.
func (d *declarations) all(v, block id, what decoration) bool {
	if _, ok := d.value(place{v, -1}, what); ok {
		return true
	}
	for i := range d.structs[block] {
		if _, ok := d.value(place{block, i}, what); !ok {
			return false
		}
	}
	return len(d.structs[block]) > 0
}

func (d *declarations) members(block id) []Member {
	list := []Member{}
	for i, kind := range d.structs[block] {
		at, _ := d.value(place{block, i}, offset)
		list = append(list, Member{Name: d.names[place{block, i}], Offset: at, Bits: d.bits[kind]})
	}
	slices.SortStableFunc(list, func(a, b Member) int { return cmp.Compare(a.Offset, b.Offset) })
	return list
}

// localSizeSpec looks at the constant that is the workgroup's size, three
// numbers, the first of which may be a specialization constant.
func (d *declarations) localSizeSpec() int {
	for c, parts := range d.composites {
		if b, ok := d.value(place{c, -1}, builtIn); ok && b == builtInWorkgroupSize && len(parts) == 3 {
			if number, ok := d.value(place{parts[0], -1}, specID); ok {
				return number
			}
		}
	}
	return -1
}

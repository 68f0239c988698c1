package spirv

import "fmt"

type opcode uint32

const (
	opName                  opcode = 5
	opMemberName            opcode = 6
	opTypeInt               opcode = 21
	opTypeFloat             opcode = 22
	opTypeStruct            opcode = 30
	opTypePointer           opcode = 32
	opSpecConstantComposite opcode = 51
	opVariable              opcode = 59
	opDecorate              opcode = 71
	opMemberDecorate        opcode = 72
)

type decoration uint32

const (
	specID        decoration = 1
	builtIn       decoration = 11
	nonWritable   decoration = 24
	nonReadable   decoration = 25
	binding       decoration = 33
	descriptorSet decoration = 34
	offset        decoration = 35
)

const builtInWorkgroupSize = 25

// Storage classes of variables.
const (
	classPushConstant  = 9
	classStorageBuffer = 12
)

// id names a type, constant or variable.
type id uint32

// place is a member of a struct, or, with member -1, the thing itself.
type place struct {
	id     id
	member int
}

// declarations gathers what instructions say, to be joined at the end: names
// and decorations come before the things that they are about.
type declarations struct {
	names       map[place]string
	decorations map[place]map[decoration]uint32
	bits        map[id]int  // of numbers
	structs     map[id][]id // the members' types
	pointees    map[id]id
	composites  map[id][]id // specialization constants made of others
	variables   []variable
	specs       []id // in the order of their decorations
}

type variable struct {
	id, pointer id
	class       uint32
}

func newDeclarations() *declarations {
	return &declarations{
		names:       map[place]string{},
		decorations: map[place]map[decoration]uint32{},
		bits:        map[id]int{},
		structs:     map[id][]id{},
		pointees:    map[id]id{},
		composites:  map[id][]id{},
	}
}

// shortest is how many operands an instruction has at least.
var shortest = map[opcode]int{
	opName: 1, opMemberName: 2, opTypeInt: 3, opTypeFloat: 2, opTypeStruct: 1, opTypePointer: 3,
	opSpecConstantComposite: 2, opVariable: 3, opDecorate: 2, opMemberDecorate: 3,
}

func (d *declarations) instruction(op opcode, w []uint32) error {
	if len(w) < shortest[op] {
		return fmt.Errorf("instruction %d has %d operands", op, len(w))
	}
	switch op {
	case opName:
		d.names[place{id(w[0]), -1}] = text(w[1:])
	case opMemberName:
		d.names[place{id(w[0]), int(w[1])}] = text(w[2:])
	case opTypeInt, opTypeFloat:
		d.bits[id(w[0])] = int(w[1])
	case opTypeStruct:
		d.structs[id(w[0])] = ids(w[1:])
	case opTypePointer:
		d.pointees[id(w[0])] = id(w[2])
	case opSpecConstantComposite:
		d.composites[id(w[1])] = ids(w[2:])
	case opVariable:
		d.variables = append(d.variables, variable{id: id(w[1]), pointer: id(w[0]), class: w[2]})
	case opDecorate:
		d.decorate(place{id(w[0]), -1}, decoration(w[1]), w[2:])
	case opMemberDecorate:
		d.decorate(place{id(w[0]), int(w[1])}, decoration(w[2]), w[3:])
	}
	return nil
}

func ids(words []uint32) []id {
	list := make([]id, len(words))
	for i, w := range words {
		list[i] = id(w)
	}
	return list
}

// decorate keeps a decoration with its first value, 0 for those without.
func (d *declarations) decorate(p place, what decoration, values []uint32) {
	if d.decorations[p] == nil {
		d.decorations[p] = map[decoration]uint32{}
	}
	value := uint32(0)
	if len(values) > 0 {
		value = values[0]
	}
	d.decorations[p][what] = value
	if what == specID {
		d.specs = append(d.specs, p.id)
	}
}

// value returns a decoration's value and whether it is there.
func (d *declarations) value(p place, what decoration) (int, bool) {
	v, ok := d.decorations[p][what]
	return int(v), ok
}

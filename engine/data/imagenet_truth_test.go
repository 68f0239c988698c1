package data

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func parseTruth(text string, ids map[string]string) (*groundTruth, error) {
	return truthParser(ids)(strings.NewReader(text), "list.txt")
}

func TestGroundTruthForms(t *testing.T) {
	ids := map[string]string{"7": "n00000001", "490": "n00000002"}
	for form, text := range map[string]string{
		"NAME SYNSET": "ILSVRC2012_val_00000001.JPEG n00000002\n\nval/ILSVRC2012_val_00000002.JPEG\tn00000001\r\n",
		"SYNSET":      "n00000002\nn00000001\n",
		"ILSVRC id":   "490\n7\n",
		"Kaggle":      "ImageId,PredictionString\nILSVRC2012_val_00000002,n00000001 85 1 499 272 n00000001 1 2 3 4 \nILSVRC2012_val_00000001,n00000002 1 2 3 4\n",
	} {
		truth, err := parseTruth(text, ids)
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		for name, want := range map[string]string{"ILSVRC2012_val_00000001.JPEG": "n00000002", "x/ILSVRC2012_val_00000002.JPEG": "n00000001"} {
			if got, err := truth.class(name); got != want || err != nil {
				t.Errorf("%s: %s is %q (%v), want %q", form, name, got, err, want)
			}
		}
		_, err = truth.class("ILSVRC2012_val_00000003.JPEG")
		wantError(t, err, "list.txt", "ILSVRC2012_val_00000003.JPEG")
	}
	truth, err := parseTruth("a.JPEG 0\nb.JPEG 999\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := truth.class("b.JPEG"); got != "999" || err != nil {
		t.Errorf("index %q, error %v, want 999", got, err)
	}
}

func TestGroundTruthErrors(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                    {"is empty", "NAME SYNSET", "NAME INDEX", "ILSVRC id"},
		"12\n":                                {"line 1", `"12" is an ILSVRC id`, "meta.txt"},
		"a n00000001\nn00000001\n":            {"some lines have one field"},
		"\n\na.JPEG tench\n":                  {"line 3", `"tench" is neither`},
		"a.JPEG -1\n":                         {"line 1", `"-1" is neither`},
		"a.JPEG 99999999999999999999\n":       {"is neither"},
		"a.JPEG 1\nb/a.JPEG 2\n":              {"line 2", "had the class 1 before and now 2"},
		", ,\n":                               {"line 1", "says nothing"},
		"\xff\xd8" + strings.Repeat("x", 1e5): {"too long", "text file"},
	} {
		_, err := parseTruth(text, nil)
		wantError(t, err, append(want, "list.txt")...)
	}
	_, err := parseTruth("7\n", map[string]string{"8": "n00000001"})
	wantError(t, err, "list.txt: line 1", `no "7"`)
	truth, _ := parseTruth("n00000001\n", nil)
	for name, want := range map[string]string{
		"photo.JPEG":     "does not end in a number",
		"photo_0.JPEG":   "has 1 lines",
		"photo_002.JPEG": "has 1 lines",
	} {
		_, err := truth.class(name)
		wantError(t, err, name, want)
	}
}

func TestParseIDs(t *testing.T) {
	ids, err := parseIDs(strings.NewReader("1 n02119789 kit fox\n2\tn02100735\n"), "meta.txt")
	if err != nil || fmt.Sprint(ids) != "map[1:n02119789 2:n02100735]" {
		t.Errorf("%v, error %v", ids, err)
	}
	for text, want := range map[string]string{
		"1\n":                          "ID SYNSET",
		"n02119789 1\n":                "ID SYNSET",
		"x n02119789\n":                "no id",
		"1 n02119789\n\n1 n02100735\n": "line 3: has the id 1 twice",
	} {
		_, err := parseIDs(strings.NewReader(text), "meta.txt")
		wantError(t, err, "meta.txt", want)
	}
}

func TestParseClasses(t *testing.T) {
	classes, err := parseClasses(strings.NewReader("n02012849\tcrane\nn01440764 tench, Tinca tinca\nn03126707\tcrane\nn00000001\n"), "names.tsv")
	if err != nil {
		t.Fatal(err)
	}
	got, want := classNames(classes), []string{"n00000001", "tench, Tinca tinca", "crane (n02012849)", "crane (n03126707)"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for text, want := range map[string]string{
		"":                           "names no class",
		"tench n01440764\n":          `line 1: "tench" is no synset`,
		"n01440764 a\nn01440764 b\n": "has n01440764 twice",
	} {
		_, err := parseClasses(strings.NewReader(text), "names.tsv")
		wantError(t, err, "names.tsv", want)
	}
}

// FuzzImageNetLists runs every parser of text lists on the same input.
func FuzzImageNetLists(f *testing.F) {
	for _, text := range []string{
		"a.JPEG n00000001\n", "a.JPEG 1\nb.JPEG 2\n", "n00000001\n", "1\n2\n", "1 n00000001\n2 n00000002\n",
		"ImageId,PredictionString\na,n00000001 1 2 3 4\n", "n00000001\ttench\n", ",\n", "\x00", "",
	} {
		f.Add(text, "val_00000001.JPEG")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		ids, _ := parseIDs(strings.NewReader(text), "f")
		for _, ids := range []map[string]string{nil, ids, {"1": "n00000001"}} {
			truth, err := parseTruth(text, ids)
			if err != nil {
				continue
			}
			l := newLister(t.Context(), ".", PrepareOptions{})
			l.truth = truth
			if l.addFlat(imageRef{name: name}, "val") == nil {
				l.finish()
			}
		}
		classes, err := parseClasses(strings.NewReader(text), "f")
		if err == nil && len(classNames(classes)) != len(classes) {
			t.Error("classes lost their names")
		}
	})
}

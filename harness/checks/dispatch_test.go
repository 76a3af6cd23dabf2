package checks_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever names the kinds of check one by one has to be edited for each new kind. Only a
// kind's own package and its runner may name it.
func TestNobodyTellsKindsApart(t *testing.T) {
	kinds := map[string]bool{"harness.Attempt": true}
	rooms, err := filepath.Glob("*/*.go")
	if err != nil || len(rooms) == 0 {
		t.Fatalf("no kinds are known here: %v", err)
	}
	for _, room := range rooms {
		for _, name := range []string{"Check", "Clients", "Ports"} {
			kinds[filepath.Dir(room)+"."+name] = true
		}
	}
	const root = "../.."
	looked := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, filepath.Clean("../../harness/checks")+"/") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		looked++
		if named := namedApart(file, kinds); len(named) > 0 {
			t.Errorf("%s tells kinds of check apart: %s", path, strings.Join(named, ", "))
		}
		return nil
	})
	if err != nil || looked < 100 {
		t.Fatalf("%d files were looked at: %v", looked, err)
	}
}

// namedApart returns the kinds that the type switches of a file name.
func namedApart(file *ast.File, kinds map[string]bool) (named []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		s, is := n.(*ast.TypeSwitchStmt)
		if !is {
			return true
		}
		for _, c := range s.Body.List {
			for _, of := range c.(*ast.CaseClause).List {
				if sel, is := of.(*ast.SelectorExpr); is {
					if x, is := sel.X.(*ast.Ident); is && kinds[x.Name+"."+sel.Sel.Name] {
						named = append(named, x.Name+"."+sel.Sel.Name)
					}
				}
			}
		}
		return true
	})
	return named
}

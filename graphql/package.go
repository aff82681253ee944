package graphql

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

var textLeaf, boolLeaf = &ast.Definition{Kind: ast.Scalar, Name: "ID"}, &ast.Definition{Kind: ast.Scalar, Name: "Boolean"}

// removals are told in a delta: what is gone is not a row of any other file.
var removals = Table{Name: "removals", about: "Objects that are shown no longer.", Key: "id", Columns: []Column{
	{Name: "id", of: textLeaf, filled: true, about: "Of the object."},
	{Name: "typename", of: textLeaf, filled: true, about: "Apprentice, Milestone, CreditAward or RoleTransition."},
	{Name: "reason", of: textLeaf, filled: true, about: "CONSENT_REVOKED or SHARING_ENDED."},
	{Name: "must_erase", of: boolLeaf, filled: true, about: "When true the institution must erase its copy, not merely hide it."},
	{Name: "position", of: textLeaf, filled: true, about: "Of the record that removed it."},
}}

// A packer puts files into a package and keeps what the manifest says about them.
type packer struct {
	zip      *zip.Writer
	mode     string
	export   *partners.Export
	contents descriptor
	manifest [][]string // file, rows, bytes and digest
}

// pack serves everything as one package: all there is, or with after what changed.
func (f *files) pack(w http.ResponseWriter, r *http.Request, by domain.Actor) error {
	ctx, after := r.Context(), r.URL.Query().Get("after")
	var p *packer
	out, err := f.whole(ctx, by.Partner, after, func(e *partners.Export, s *spool) error {
		p = &packer{zip: zip.NewWriter(s), mode: "bulk", export: e, contents: packageOf(nil)}
		if after != "" {
			p.mode = "delta"
		}
		for _, t := range f.tables {
			if err := p.file(t, func(c *csvWriter) error { return f.rows(ctx, e, t, c) }); err != nil {
				return err
			}
		}
		if after == "" {
			return nil
		}
		return p.file(removals, func(c *csvWriter) error { return p.removals(ctx, c) })
	}, func(_ *spool, cursor string) error { return p.finish(cursor) })
	if err != nil {
		return err
	}
	defer out.close()
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="guildhall-`+p.mode+`.zip"`)
	return out.serve(w, r, false)
}

// A counted writer knows how much went through it, and its digest.
type counted struct {
	w     io.Writer
	sum   hash.Hash
	bytes int64
}

func (c *counted) Write(b []byte) (int, error) {
	c.sum.Write(b)
	n, err := c.w.Write(b)
	c.bytes += int64(n)
	return n, err
}

// file adds a table. Its time is none, so that the same rows are the same package.
func (p *packer) file(t Table, write func(*csvWriter) error) error {
	entry, err := p.zip.CreateHeader(&zip.FileHeader{Name: t.file(), Method: zip.Deflate})
	if err != nil {
		return err
	}
	to := &counted{w: entry, sum: sha256.New()}
	c := &csvWriter{w: to}
	if err := write(c); err != nil {
		return err
	}
	digest := hex.EncodeToString(to.sum.Sum(nil))
	r := t.resource()
	r.Bytes, r.Hash = to.bytes, "sha256:"+digest
	p.contents.Resources = append(p.contents.Resources, r)
	p.manifest = append(p.manifest, []string{t.file(), strconv.Itoa(c.rows), strconv.FormatInt(to.bytes, 10), digest})
	return nil
}

func (p *packer) removals(ctx context.Context, c *csvWriter) error {
	if err := c.header(removals.Columns); err != nil {
		return err
	}
	after := domain.Stream("")
	for {
		gone, err := p.export.Removals(ctx, after, rowsAtOnce)
		if err != nil || len(gone) == 0 {
			return err
		}
		for _, g := range gone {
			after = g.Object
			err := c.row(quoted(string(g.Object)), quoted(typeOf(g.Object)), quoted(upper(g.Removed)),
				strconv.FormatBool(g.Removed == projections.ConsentWithdrawn), quoted(positionText(g.Position)))
			if err != nil {
				return err
			}
		}
	}
}

var manifestColumns = []string{"file", "schema_version", "mode", "from_position", "to_position", "cursor", "rows", "bytes", "sha256"}

// finish adds what is in the package, and the cursor for the next one.
func (p *packer) finish(cursor string) error {
	from, to := positionText(p.export.From), positionText(p.export.To)
	entry, err := p.zip.CreateHeader(&zip.FileHeader{Name: "manifest.csv", Method: zip.Deflate})
	if err != nil {
		return err
	}
	c := &csvWriter{w: entry}
	if err := c.write(manifestColumns...); err != nil {
		return err
	}
	for _, m := range p.manifest {
		if err := c.row(quoted(m[0]), quoted(schemaVersion), quoted(p.mode), quoted(from), quoted(to), quoted(cursor), m[1], m[2], quoted(m[3])); err != nil {
			return err
		}
	}
	p.contents.Mode, p.contents.From, p.contents.To, p.contents.Cursor = p.mode, from, to, cursor
	text, err := p.contents.encode()
	if err != nil {
		return err
	}
	if entry, err = p.zip.CreateHeader(&zip.FileHeader{Name: "datapackage.json", Method: zip.Deflate}); err != nil {
		return err
	}
	if _, err := entry.Write(text); err != nil {
		return err
	}
	return p.zip.Close()
}

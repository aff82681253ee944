package roster

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// files makes files of texts by name: each name stands before its lines.
func files(parts ...string) (all []File) {
	for i := 0; i < len(parts); i += 2 {
		all = append(all, File{parts[i], []byte(strings.TrimPrefix(parts[i+1], "\n"))})
	}
	return all
}

var oneRoster = []string{
	"manifest.csv", "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.academicSessions,bulk\nfile.classes,bulk\nfile.courses,bulk\nfile.enrollments,bulk\nfile.users,bulk\nfile.results,bulk\nfile.lineItems,bulk\nfile.demographics,absent\n",
	"academicSessions.csv", "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\nt1,,,Spring 2026,term,2026-01-12,2026-05-15,,2026\n",
	"courses.csv", "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode\nc1,,,,Network defence,CYB 110\n",
	"classes.csv", "sourcedId,status,dateLastModified,title,courseSourcedId,classCode,termSourcedIds\nk1,,,Network defence A,c1,01,t1\n",
	"users.csv", "sourcedId,status,enabledUser,username,givenName,familyName,identifier,password\nu1,,true,u1,Ana,Ruiz,L-1001,secret\nu2,,true,u2,Ben,Okafor,,secret\nu9,,true,u9,Tess,Teacher,,secret\n",
	"enrollments.csv", "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\ne1,,,k1,o1,u1,student,,2026-01-12,\ne2,tobedeleted,,k1,o1,u2,student,,,2026-02-01\ne9,,,k1,o1,u9,teacher,true,,\n",
	"lineItems.csv", "sourcedId,status,title,classSourcedId,categorySourcedId,resultValueMin,resultValueMax\nl1,,Course grade,k1,,0,100\n",
	"results.csv", "sourcedId,status,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,textScore,inProgress,incomplete\nr1,,l1,u1,fully graded,88.5,2026-05-16,B+,false,false\n",
}

// told is a package in a few words for every row.
func told(p Package) string {
	var out []string
	for _, r := range p.Rows {
		s := fmt.Sprintf("%s:%d %s/%s/%s %s %s %s", r.File, r.Line, r.Student.ID, r.Student.Name, r.Student.Number, r.Section.ID, r.Says, r.On)
		if r.Says == Graded {
			s += fmt.Sprintf(" %s %d/%d final:%v %s", r.Result.Grade, r.Result.Points, r.Result.Of, r.Result.Final, r.Result.On)
		}
		out = append(out, strings.TrimSpace(s))
	}
	return strings.Join(out, "\n")
}

func changed(parts []string, name, from, to string) []File {
	all := files(parts...)
	for i := range all {
		if all[i].Name == name {
			text := strings.Replace(string(all[i].Data), from, to, 1)
			if text == string(all[i].Data) {
				panic(from + " is not in " + name)
			}
			all[i].Data = []byte(text)
		}
	}
	return all
}

func TestOneRoster(t *testing.T) {
	p, err := Read(files(oneRoster...), "")
	want := `enrollments.csv:2 u1/Ana Ruiz/L-1001 k1 enrolled 2026-01-12
enrollments.csv:3 u2/Ben Okafor/ k1 withdrawn 2026-02-01
results.csv:2 u1/Ana Ruiz/L-1001 k1 graded  B+ 8850/10000 final:true 2026-05-16`
	if err != nil || told(p) != want || p.Profile != OneRoster || !p.Bulk || p.Skipped != 1 {
		t.Fatalf("%v, %s, bulk %v, %d skipped\n%s", err, p.Profile, p.Bulk, p.Skipped, told(p))
	}
	s := p.Rows[0].Section
	if s.Code != "CYB 110" || s.Title != "Network defence" || s.Term.ID != "t1" || s.Term.To != domain.NewDate(2026, 5, 15) {
		t.Errorf("%+v", s)
	}
	for _, f := range p.Files {
		if f.Name == "users.csv" && !strings.Contains(strings.Join(f.Unknown, " "), "password") {
			t.Errorf("what is left out is not told: %+v", f)
		}
	}
	for _, c := range []struct{ status, want string }{
		{"partially graded", "final:false"}, {"submitted", "final:false"}, {"not submitted", "final:false"}, {"exempt", "final:false"}, {"ext:late", "final:false"},
	} {
		if p, err := Read(changed(oneRoster, "results.csv", "fully graded", c.status), ""); err != nil || !strings.Contains(told(p), c.want) {
			t.Errorf("%s: %v\n%s", c.status, err, told(p))
		}
	}
	if p, _ := Read(changed(oneRoster, "results.csv", "B+,false,false", "B+,false,true"), ""); !strings.Contains(told(p), "final:false") {
		t.Errorf("incomplete is final:\n%s", told(p))
	}
	two := changed(oneRoster, "lineItems.csv", "l1,", "l2,,Quiz,k1,cat,0,10\nl1,")
	if p, err := Read(two, ""); err != nil || strings.Contains(told(p), "graded") || p.Skipped != 2 {
		t.Errorf("a quiz decides on the course: %v\n%s", err, told(p))
	}
	two = append(changed(append(oneRoster[:0:0], oneRoster...), "lineItems.csv", "l1,,Course grade,k1,", "l2,,Quiz,k1,quiz,0,10\nl1,,Course,k1,fin"), files("categories.csv", "sourcedId,title\nfin,Final Grade\nquiz,Quizzes\n")...)
	if p, err := Read(two, ""); err != nil || !strings.Contains(told(p), "graded") {
		t.Errorf("the final grade is not found: %v\n%s", err, told(p))
	}
}

func TestWhatIsWrongIsToldByFileAndLine(t *testing.T) {
	for name, c := range map[string]struct {
		files []File
		want  string
	}{
		"a user there is not":         {changed(oneRoster, "enrollments.csv", ",u1,student", ",u7,student"), `enrollments.csv:2: userSourcedId: the user "u7" is not in users.csv.`},
		"a class there is not":        {changed(oneRoster, "enrollments.csv", "e1,,,k1", "e1,,,k7"), `enrollments.csv:2: classSourcedId: the class "k7" is not in classes.csv.`},
		"a course there is not":       {changed(oneRoster, "classes.csv", ",c1,", ",c7,"), `classes.csv:2: courseSourcedId: the course "c7" is not in courses.csv.`},
		"a status there is not":       {changed(oneRoster, "enrollments.csv", "tobedeleted", "gone"), `enrollments.csv:3: status: "gone" is no status.`},
		"a day that is none":          {changed(oneRoster, "enrollments.csv", "2026-01-12", "1/12/26"), `enrollments.csv:2: beginDate: "1/12/26" is not a day.`},
		"a day of two readings":       {changed(oneRoster, "academicSessions.csv", "2026-05-15", "5/4/2026"), `academicSessions.csv:2: endDate: "5/4/2026" can be read in two ways.`},
		"a score that is none":        {changed(oneRoster, "results.csv", "88.5,2026-05-16,B+", "many,2026-05-16,"), `results.csv:2: score: "many" is neither a grade`},
		"a status of a score":         {changed(oneRoster, "results.csv", "fully graded", "graded"), `results.csv:2: scoreStatus: "graded" is no status of a score.`},
		"a column that is missing":    {changed(oneRoster, "enrollments.csv", "userSourcedId", "user"), `enrollments.csv:1: userSourcedId: the column is missing.`},
		"a cell that is missing":      {changed(oneRoster, "enrollments.csv", "u1,student", "u1,"), `enrollments.csv:2: role: is missing.`},
		"a file that is missing":      {files(oneRoster...)[:5], `manifest.csv:7: value: there is no enrollments.csv in the package.`},
		"a file that is called away":  {append(files(oneRoster...), files("demographics.csv", "sourcedId\nu1\n")...), `manifest.csv:11: value: demographics.csv is in the package and the manifest calls it absent.`},
		"a mode there is not":         {changed(oneRoster, "manifest.csv", "file.users,bulk", "file.users,full"), `manifest.csv:8: value: a file is bulk, delta or absent, not "full".`},
		"another version":             {changed(oneRoster, "manifest.csv", "oneroster.version,1.2", "oneroster.version,2.0"), `manifest.csv:3: value: this is OneRoster "2.0".`},
		"one enrolment twice":         {changed(oneRoster, "enrollments.csv", "e2,tobedeleted,,k1,o1,u2", "e2,tobedeleted,,k1,o1,u1"), `enrollments.csv:3: the same student is in the same section on line 2 of enrollments.csv already.`},
		"text that is no UTF-8":       {changed(oneRoster, "users.csv", "Ruiz", "Ru\xefz"), `users.csv: Line 2 is not UTF-8 text.`},
		"a workbook":                  {[]File{{"enrollments.csv", []byte("PK\x03\x04 classSourcedId")}, files(oneRoster...)[0]}, `enrollments.csv: The file is a workbook`},
		"Canvas: no status":           {files("e.csv", "course_id,user_id,role,section_id,status\nc1,u1,student,s1,paused\n"), `e.csv:2: status: "paused" is no status of an enrolment.`},
		"Canvas: no section":          {files("e.csv", "course_id,user_id,role,section_id,status\n,u1,student,,active\n"), `e.csv:2: section_id: the row names neither`},
		"Canvas: users alone":         {files("users.csv", "user_id,login_id,section_id\nu1,l1,s\n"), `no file has the columns of enrollments`},
		"School Data Sync: no course": {files("classes.csv", "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId\nk,o,T,s,c\n", "users.csv", "sourcedId\nu\n", "enrollments.csv", "classSourcedId,userSourcedId,role\nk,u,student\n"), `classes.csv:2: courseSourcedId: the course "c" is not in courses.csv.`},
	} {
		_, err := Read(c.files, "")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n%v\nwant %s", name, err, c.want)
		}
	}
	for name, c := range map[string]struct {
		files   []File
		profile Profile
		code    string
	}{
		"nothing":                {nil, "", "UNKNOWN_PROFILE"},
		"a table of something":   {files("a.csv", "name,age\nAna,3\n"), "", "UNKNOWN_PROFILE"},
		"a profile there is not": {files(oneRoster...), "powerschool", "UNKNOWN_PROFILE"},
		"one file twice":         {append(files(oneRoster...), files("USERS.csv", "sourcedId\nu\n")...), "", "NOT_A_PACKAGE"},
	} {
		if _, err := Read(c.files, c.profile); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

var canvas = []string{
	"terms.csv", "term_id,name,status,start_date,end_date\n2026SP,Spring 2026,active,2026-01-12T05:00:00Z,2026-05-15T23:59:59Z\n",
	"kurse.csv", "course_id,short_name,long_name,account_id,term_id,status\nC1,CYB 110,Network defence,a,2026SP,active\n",
	"sections.csv", "section_id,course_id,name,status\nS1,C1,Section 1,active\n",
	"people.csv", "user_id,login_id,first_name,last_name,email,status\nL-1001,aruiz,Ana,Ruiz,a@x.example,active\n",
	"enr.csv", "course_id,root_account,user_id,role,section_id,status,associated_user_id\nC1,,L-1001,student,S1,active,\n,,L-1002,student,S1,deleted,\nC1,,L-1003,student,,completed,\nC1,,T-1,teacher,S1,active,\n,,L-1004,student,S1,inactive,\n",
	"grades.csv", "publisher_id,publisher_sis_id,course_id,course_sis_id,section_id,section_sis_id,student_id,student_sis_id,enrollment_id,enrollment_status,score\n1,,7,C1,9,S1,11,L-1001,5,active,A−\n1,,7,C1,9,S1,11,L-1003,5,active,92.456\n1,,7,C1,9,S1,11,L-1002,5,active,\n",
}

func TestCanvas(t *testing.T) {
	p, err := Read(files(canvas...), "")
	want := `enr.csv:2 L-1001/Ana Ruiz/ S1 enrolled
enr.csv:3 L-1002// S1 withdrawn
enr.csv:4 L-1003// C1 closed
enr.csv:6 L-1004// S1 withdrawn
grades.csv:2 L-1001/Ana Ruiz/ S1 graded  A- 0/0 final:true
grades.csv:3 L-1003// S1 graded   9246/0 final:true`
	if err != nil || told(p) != want || p.Profile != Canvas || p.Bulk || p.Skipped != 2 {
		t.Fatalf("%v, %s, bulk %v, %d skipped\n%s", err, p.Profile, p.Bulk, p.Skipped, told(p))
	}
	if s := p.Rows[0].Section; s.Code != "CYB 110" || s.Title != "Network defence" || s.Term.ID != "2026SP" || s.Term.To != domain.NewDate(2026, 5, 15) {
		t.Errorf("%+v", s)
	}
	if s := p.Rows[2].Section; s.ID != "C1" || s.Code != "CYB 110" {
		t.Errorf("of a course without sections: %+v", s)
	}
	alone, err := Read(files(canvas[10:]...), "")
	if err != nil || len(alone.Rows) != 2 || alone.Rows[0].Section.Code != "C1" {
		t.Errorf("grades alone: %v\n%s", err, told(alone))
	}
}

// TestFilesThatNobodyHereWrote reads published samples of the layouts.
func TestFilesThatNobodyHereWrote(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "rosters")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the published samples are not here: ", dir)
	}
	read := func(name string) Package {
		t.Helper()
		found, err := Dir(os.DirFS(filepath.Join(dir, name)))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Read(found, "")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return p
	}
	// Its only enrolment is a teacher's, whose result therefore is nobody's.
	if p := read("oneroster-1.2-csv"); p.Profile != OneRoster || !p.Bulk || len(p.Rows) != 0 || p.Skipped != 2 || len(p.Files) != 22 {
		t.Errorf("%s, bulk %v, %d skipped, %d files\n%s", p.Profile, p.Bulk, p.Skipped, len(p.Files), told(p))
	}
	p := read("sds-2.1")
	want := `enrollments.csv:2 114008/Simon Miller/ 112001 enrolled
enrollments.csv:4 114001/Jack Craig/ 112002 enrolled
enrollments.csv:5 114003/Fred Hutch/ 112002 enrolled
enrollments.csv:6 114004/Alice Smithee/ 112002 enrolled`
	if told(p) != want || p.Profile != SDS || p.Bulk || p.Skipped != 2 || p.Rows[0].Section.Code != "CS101" || p.Rows[0].Section.Term.Title != "Fall Semester" {
		t.Errorf("%s, bulk %v, %d skipped, %+v\n%s", p.Profile, p.Bulk, p.Skipped, p.Rows[0].Section, told(p))
	}
}

func zipped(t testing.TB, entries ...*zip.FileHeader) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, h := range entries {
		content := h.Extra
		h.Method, h.Extra = zip.Deflate, nil
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func entry(name, content string) *zip.FileHeader {
	return &zip.FileHeader{Name: name, Extra: []byte(content)}
}

func TestPackagesAreUnpackedWithinLimits(t *testing.T) {
	link := entry("users.csv", "/etc/passwd") // Extra carries the content until it is packed
	link.SetMode(os.ModeSymlink | 0o777)
	secret := entry("users.csv", "x")
	secret.Flags |= 1
	many := make([]*zip.FileHeader, MaxFiles+1)
	for i := range many {
		many[i] = entry(fmt.Sprintf("f%d.csv", i), "a,b\n")
	}
	long := strings.Repeat("0", 60_000)
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"a way out":             {zipped(t, entry("../users.csv", "x")), "BAD_FILE_NAME"},
		"a way out below":       {zipped(t, entry("a/../../users.csv", "x")), "BAD_FILE_NAME"},
		"an absolute path":      {zipped(t, entry("/etc/users.csv", "x")), "BAD_FILE_NAME"},
		"a path of Windows":     {zipped(t, entry(`..\users.csv`, "x")), "BAD_FILE_NAME"},
		"a drive":               {zipped(t, entry("C:users.csv", "x")), "BAD_FILE_NAME"},
		"a NUL":                 {zipped(t, entry("users\x00.csv", "x")), "BAD_FILE_NAME"},
		"a name beyond measure": {zipped(t, entry(strings.Repeat("u", 300)+".csv", "x")), "BAD_FILE_NAME"},
		"a link":                {zipped(t, link), "BAD_FILE_NAME"},
		"a secret":              {zipped(t, secret), "NOT_A_PACKAGE"},
		"too many files":        {zipped(t, many...), "PACKAGE_TOO_LARGE"},
		"something else":        {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00"), "NOT_A_PACKAGE"},
		"no archive":            {[]byte("PK\x03\x04 hello"), "NOT_A_PACKAGE"},
		"an archive cut short":  {zipped(t, entry("users.csv", long))[:100], "NOT_A_PACKAGE"},
		"a large package":       {make([]byte, MaxPackage+1), "PACKAGE_TOO_LARGE"},
	} {
		if got, err := Open(c.data, ""); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != c.code {
			t.Errorf("%s: %d files, %v; want %s", name, len(got), err, c.code)
		}
	}
	if got, err := Open(zipped(t, entry("sis/users.csv", "a"), entry("__MACOSX/._users.csv", "x"), entry("sis/", ""), entry("readme.txt", "x"), entry("sis/.hidden.csv", "x")), ""); err != nil || len(got) != 1 || got[0].Name != "users.csv" {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := Open([]byte("a,b\n"), "../../grades.csv"); err != nil || len(got) != 1 || got[0].Name != "grades.csv" {
		t.Errorf("one file: %v, %v", got, err)
	}
}

// TestABombIsNotUnpacked hands in little that is much once it is unpacked.
func TestABombIsNotUnpacked(t *testing.T) {
	bomb := zipped(t, entry("users.csv", strings.Repeat("0", MaxFile+1)))
	if len(bomb) > 100_000 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	if _, err := Open(bomb, ""); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "PACKAGE_TOO_LARGE" {
		t.Errorf("%v", err)
	}
}

func FuzzRead(f *testing.F) {
	for i := 0; i < len(oneRoster); i += 2 {
		f.Add(oneRoster[i], []byte(oneRoster[i+1]))
	}
	for i := 0; i < len(canvas); i += 2 {
		f.Add(canvas[i], []byte(canvas[i+1]))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		for _, p := range append(Profiles, "") {
			_, err := Read(append(files(oneRoster...), File{name, data}), p)
			if err != nil && domain.AsRefusal(err) == nil {
				t.Fatal(err)
			}
		}
		if _, err := Open(data, name); err != nil && domain.AsRefusal(err) == nil {
			t.Fatal(err)
		}
	})
}

package journal

import (
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/guildhall-dev/guildhall/domain"
)

// remote names the file systems that live on another machine, by the number that statfs
// gives them. Locks and syncs do not hold there. Every file system of a program (FUSE) is
// taken for one of them, since nobody can tell what the program does, but for those known
// to be local.
var remote = map[uint32]string{
	0x6969:     "NFS",
	0x517b:     "SMB",
	0xff534d42: "CIFS",
	0xfe534d42: "SMB2",
	0x5346414f: "AFS",
	0x6b414653: "kAFS",
	0x00c36400: "Ceph",
	0x01021997: "9P",
	0x564c:     "NCP",
	0x73757245: "Coda",
	0x01161970: "GFS2",
	0x7461636f: "OCFS2",
	0x0bd00bd0: "Lustre",
	0x47504653: "GPFS",
	0x19830326: "BeeGFS",
	0x65735546: "FUSE",
}

// local refuses a directory whose disk is on another machine. Whether a disk keeps what it
// was told to keep cannot be seen from here: a directory in memory (tmpfs) is taken, and is
// gone after a power cut.
func local(dir string) error {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("journal: look at %s: %w", dir, err)
	}
	if name, is := remote[uint32(fs.Type)]; is {
		return domain.Refuse(domain.Conflict, "NOT_LOCAL",
			"The data directory %s is on a network file system (%s), which cannot promise that what was recorded is kept. Choose a directory on a disk of this machine with --data.", dir, name)
	}
	return nil
}

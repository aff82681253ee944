package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// inMemory reports whether what is in dir is on no disk.
func inMemory(dir string) (bool, error) {
	var fs unix.Statfs_t
	err := unix.Statfs(dir, &fs)
	return fs.Type == unix.TMPFS_MAGIC || fs.Type == unix.RAMFS_MAGIC, err
}

// settle waits until everything written so far is on disk, whoever wrote it.
func settle() { syscall.Sync() }

// forget drops the file at path from the page cache.
func forget(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED), f.Close())
}

// processors returns how long the CPUs of this machine have worked and been idle.
func processors() (t ticks) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return ticks{}
	}
	var user, nice, system, idle, wait, irq, soft float64
	if _, err := fmt.Sscanf(string(stat), "cpu %f %f %f %f %f %f %f", &user, &nice, &system, &idle, &wait, &irq, &soft); err != nil {
		return ticks{}
	}
	return ticks{worked: user + nice + system + irq + soft, idle: idle + wait}
}

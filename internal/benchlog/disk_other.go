//go:build !linux

package main

import "errors"

func inMemory(string) (bool, error) { return false, nil }

func settle() {}

func forget(string) error {
	return errors.New("dropping a file from the page cache is known for Linux only")
}

func processors() ticks { return ticks{} }

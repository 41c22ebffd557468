// Reads WARC files with the Internet Archive's gowarc: prints "RECORDS NAME" for each, and fails on
// an unreadable record or a wrong block digest. Run by peers.py.
package main

import (
	"crypto/sha1"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	warc "github.com/internetarchive/gowarc"
)

func read(path string) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	reader, err := warc.NewReader(file)
	if err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		record, err := reader.ReadRecord()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		hash := sha1.New()
		if _, err := record.Content.Seek(0, io.SeekStart); err != nil {
			return n, err
		}
		if _, err := io.Copy(hash, record.Content); err != nil {
			return n, err
		}
		have := "sha1:" + base32.StdEncoding.EncodeToString(hash.Sum(nil))
		if want := record.Header.Get("WARC-Block-Digest"); want != "" && want != have {
			return n, fmt.Errorf("record %d: block digest %s, not %s", n, have, want)
		}
		record.Content.Close()
	}
}

func main() {
	for _, path := range os.Args[1:] {
		n, err := read(path)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			os.Exit(1)
		}
		fmt.Println(n, filepath.Base(path))
	}
}

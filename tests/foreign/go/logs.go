// Judges logs by golang.org/x/mod/sumdb/tlog and note, which know nothing of this project, and makes logs for it to read.
//
//	go run logs.go FOLDER
//
// In FOLDER lie "ours/<size>/" (logs as they are published). Written are "theirs/<size>/" (logs of the same entries),
// and "proofs.txt": for each size from 0 to 300 its root, and SHA-256 over all inclusion and all consistency proofs.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const most = 300

func entry(number int64) []byte { return []byte(fmt.Sprintf("entry %d", number)) }

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// memory holds all hashes of a tree, in the order in which tlog stores them.
type memory []tlog.Hash

func (hashes memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for place, index := range indexes {
		found[place] = hashes[index]
	}
	return found, nil
}

func grown(size int64, of func(int64) tlog.Hash) memory {
	var hashes memory
	for number := int64(0); number < size; number++ {
		more, err := tlog.StoredHashesForRecordHash(number, of(number), hashes)
		must(err)
		hashes = append(hashes, more...)
	}
	return hashes
}

// folder reads the tiles of a published log; their paths have no height.
type folder string

func (place folder) Height() int { return height }

func (place folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func path(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
}

func (place folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for number, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(place), path(tile)))
		if err != nil {
			return nil, err
		}
		found[number] = data
	}
	return found, nil
}

func proofs(to string) {
	all := grown(most, func(number int64) tlog.Hash { return tlog.RecordHash(entry(number)) })
	var lines bytes.Buffer
	for size := int64(0); size <= most; size++ {
		root, err := tlog.TreeHash(size, all)
		must(err)
		inclusion, consistency := sha256.New(), sha256.New()
		for number := int64(0); number < size; number++ {
			proof, err := tlog.ProveRecord(size, number, all)
			must(err)
			must(tlog.CheckRecord(proof, size, root, number, tlog.RecordHash(entry(number))))
			for _, hash := range proof {
				inclusion.Write(hash[:])
			}
			old, err := tlog.TreeHash(number+1, all)
			must(err)
			tree, err := tlog.ProveTree(size, number+1, all)
			must(err)
			must(tlog.CheckTree(tree, size, root, number+1, old))
			for _, hash := range tree {
				consistency.Write(hash[:])
			}
		}
		fmt.Fprintf(&lines, "%d %x %x %x\n", size, root[:], inclusion.Sum(nil), consistency.Sum(nil))
	}
	must(os.WriteFile(to, lines.Bytes(), 0o644))
}

// ours judges a log that this project has made: its note, and every leaf through its tiles.
func ours(place string) {
	keys, err := os.ReadFile(filepath.Join(place, "keys.txt"))
	must(err)
	verifier, err := note.NewVerifier(strings.Split(string(keys), "\n")[0])
	must(err)
	text, err := os.ReadFile(filepath.Join(place, "checkpoint"))
	must(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	must(err)
	said := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(said[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(said[2])
	must(err)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, folder(place))
	var indexes []int64
	for number := int64(0); number < size; number++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, number))
	}
	leaves, err := reader.ReadHashes(indexes)
	must(err)
	for number := int64(0); number < size; number += 1 + size/50 {
		proof, err := tlog.ProveRecord(size, number, reader)
		must(err)
		must(tlog.CheckRecord(proof, size, root, number, leaves[number]))
	}
	grown := grown(size, func(number int64) tlog.Hash { return leaves[number] })
	again, err := tlog.TreeHash(size, grown)
	must(err)
	if again != root {
		log.Fatalf("%s: the leaves do not make the root", place)
	}
	fmt.Printf("%s: %d leaves through its tiles, note by %s\n", filepath.Base(place), size, verifier.Name())
}

func theirs(place string, size int64) {
	hashes := grown(size, func(number int64) tlog.Hash { return tlog.RecordHash(entry(number)) })
	for _, tile := range tlog.NewTiles(height, 0, size) {
		data, err := tlog.ReadTileData(tile, hashes)
		must(err)
		name := filepath.Join(place, path(tile))
		must(os.MkdirAll(filepath.Dir(name), 0o755))
		must(os.WriteFile(name, data, 0o644))
	}
	root, err := tlog.TreeHash(size, hashes)
	must(err)
	secret, public, err := note.GenerateKey(rand.Reader, "theirs.example/log")
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("theirs.example/log\n%d\n%s\n", size, root)}, signer)
	must(err)
	must(os.WriteFile(filepath.Join(place, "checkpoint"), signed, 0o644))
	must(os.WriteFile(filepath.Join(place, "keys.txt"), []byte(public+"\n"), 0o644))
}

func main() {
	base := os.Args[1]
	proofs(filepath.Join(base, "proofs.txt"))
	logs, err := os.ReadDir(filepath.Join(base, "ours"))
	must(err)
	for _, one := range logs {
		ours(filepath.Join(base, "ours", one.Name()))
		if size, err := strconv.ParseInt(one.Name(), 10, 64); err == nil {
			theirs(filepath.Join(base, "theirs", one.Name()), size)
		}
	}
}

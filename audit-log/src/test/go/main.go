// Checks a log's folder with the Go checksum database's own code, none of ours: the signatures of its heads,
// that one extends the other, and that each entry is under the newest.
//
//	checklog VKEY DIRECTORY [OLDER-CHECKPOINT]
//
// VKEY is a file with the log's key. It ends with exit code 1 at the first thing that does not verify.
package main

import (
	"bytes"
	"encoding/binary"
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

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 && len(os.Args) != 4 {
		log.Fatal("usage: checklog VKEY DIRECTORY [OLDER-CHECKPOINT]")
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(os.Args[1]))))
	check(err)
	directory := os.Args[2]
	head := open(filepath.Join(directory, "checkpoint"), verifier)
	hashes := tlog.TileHashReader(head, tiles{directory, head.N})
	if head.N == 0 {
		log.Fatal("the log is empty")
	}
	entries(directory, head, hashes)
	for _, index := range []int64{0, head.N / 2, head.N - 1} {
		inclusion(directory, head, hashes, index)
	}
	fmt.Printf("verified %d entries, root %x\n", head.N, head.Hash[:])
	if len(os.Args) == 4 {
		older := open(os.Args[3], verifier)
		proof, err := tlog.ProveTree(head.N, older.N, hashes)
		check(err)
		check(tlog.CheckTree(proof, head.N, head.Hash, older.N, older.Hash))
		fmt.Printf("extends the first %d entries\n", older.N)
	}
}

// A signed head: its signature, then its three lines.
func open(file string, verifier note.Verifier) tlog.Tree {
	signed, err := note.Open(read(file), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		log.Fatalf("%s: not a head of %s", file, verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

// Each entry has the hash that the tiles have, which the reader checks against the root.
func entries(directory string, head tlog.Tree, hashes tlog.HashReader) {
	for first := int64(0); first < head.N; first += 1 << height {
		bundle := bundle(directory, head, first)
		if int64(len(bundle)) != min(head.N-first, 1<<height) {
			log.Fatalf("the bundle from entry %d has %d entries", first, len(bundle))
		}
		indexes := make([]int64, len(bundle))
		for i := range bundle {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		stored, err := hashes.ReadHashes(indexes)
		check(err)
		for i, entry := range bundle {
			if tlog.RecordHash(entry) != stored[i] {
				log.Fatalf("entry %d is not the one that was signed", first+int64(i))
			}
		}
	}
}

// One entry's own proof, made and checked.
func inclusion(directory string, head tlog.Tree, hashes tlog.HashReader, index int64) {
	proof, err := tlog.ProveRecord(head.N, index, hashes)
	check(err)
	entry := bundle(directory, head, index&^(1<<height-1))[index&(1<<height-1)]
	check(tlog.CheckRecord(proof, head.N, head.Hash, index, tlog.RecordHash(entry)))
}

// The entries of one bundle: each after its length in 16 bits, big-endian.
func bundle(directory string, head tlog.Tree, first int64) [][]byte {
	width := int(min(head.N-first, 1<<height))
	tile := tlog.Tile{H: height, L: -1, N: first >> height, W: width}
	rest := read(filepath.Join(directory, "tile", "entries", below(tile)))
	var found [][]byte
	for len(rest) > 0 {
		if len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
			log.Fatalf("the bundle from entry %d ends within an entry", first)
		}
		length := int(binary.BigEndian.Uint16(rest))
		found = append(found, bytes.Clone(rest[2:2+length]))
		rest = rest[2+length:]
	}
	return found
}

// The checksum database puts the tile's height and level before the rest of its path.
func below(tile tlog.Tile) string {
	return strings.SplitN(tile.Path(), "/", 4)[3]
}

// The log's tiles as files, as c2sp.org/tlog-tiles lays them out.
type tiles struct {
	directory string
	size      int64
}

func (t tiles) Height() int { return height }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		// the widest that this tree has: an earlier part of it is not kept
		count := t.size>>(height*tile.L) - tile.N<<height
		there := tile
		there.W = int(min(count, 1<<height))
		data, err := os.ReadFile(
			filepath.Join(t.directory, "tile", strconv.Itoa(tile.L), below(there)))
		if err != nil {
			return nil, err
		}
		if len(data) != there.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %s has %d bytes", there.Path(), len(data))
		}
		found = append(found, data[:tile.W*tlog.HashSize])
	}
	return found, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func read(file string) []byte {
	data, err := os.ReadFile(file)
	check(err)
	return data
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

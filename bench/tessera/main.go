// Tessera's POSIX driver for bench/run audit: appends entries in batches, as many as it is told.
//
//	tessera DIRECTORY ENTRIES BATCH
//
// ENTRIES holds entries, each after its length (16 bits, big-endian). Each line on stdin is a number of
// batches; the answer is a line with the seconds until each was integrated, one after the other.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: tessera DIRECTORY ENTRIES BATCH")
	}
	batch, err := strconv.Atoi(os.Args[3])
	check(err)
	entries := read(os.Args[2])
	ctx := context.Background()
	key, _, err := note.GenerateKey(rand.Reader, "bench.example/log")
	check(err)
	signer, err := note.NewSigner(key)
	check(err)
	driver, err := posix.New(ctx, posix.Config{Path: os.Args[1]})
	check(err)
	// A batch is full with its last entry: nothing waits for its age.
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithBatching(uint(batch), time.Second))
	check(err)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		batches, err := strconv.Atoi(lines.Text())
		check(err)
		start := time.Now()
		for i := 0; i < batches; i++ {
			add(ctx, appender, entries[:batch])
			entries = entries[batch:]
		}
		fmt.Println(time.Since(start).Seconds())
	}
	check(shutdown(ctx))
}

// Adds one batch, and waits until all of it is in the tree.
func add(ctx context.Context, appender *tessera.Appender, entries [][]byte) {
	futures := make([]tessera.IndexFuture, len(entries))
	for i, entry := range entries {
		futures[i] = appender.Add(ctx, tessera.NewEntry(entry))
	}
	for _, future := range futures {
		_, err := future()
		check(err)
	}
}

func read(file string) [][]byte {
	bytes, err := os.ReadFile(file)
	check(err)
	var entries [][]byte
	for len(bytes) > 0 {
		length := int(binary.BigEndian.Uint16(bytes))
		entries = append(entries, bytes[2:2+length])
		bytes = bytes[2+length:]
	}
	return entries
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

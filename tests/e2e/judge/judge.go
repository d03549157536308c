// SPDX-License-Identifier: GPL-3.0-or-later

// Judges a log from outside, with golang.org/x/mod/sumdb and nothing of zong: its head, its tiles, its entries, its proofs; and is a witness
// of it. What it prints are lines of JSON; where something does not hold it says so and ends with 1.
//
//	judge check ADDRESS VKEY [TOKEN [OLD]]   the head, all tiles; with a token entries and proofs of lines; that OLD is a beginning
//	judge key NAME FILE                      makes a witness's key in FILE, prints what the log must know of it
//	judge witness ADDRESS VKEY FILE STATE    cosigns the newest head if it goes on from the one in STATE, which moves
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func must(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fetch(address, token string) ([]byte, error) {
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		return nil, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err == nil && reply.StatusCode != 200 {
		err = fmt.Errorf("%s: %d %s", address, reply.StatusCode, body)
	}
	return body, err
}

// open verifies a checkpoint and reads it.
func open(message []byte, vkey string, others ...note.Verifier) (tlog.Tree, *note.Note) {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	n, err := note.Open(message, note.VerifierList(append(others, verifier)...))
	must(err)
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail("no checkpoint: %q", n.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}, n
}

type tiles struct{ address string }

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		path := strings.TrimPrefix(tile.Path(), "tile/8/")
		bytes, err := fetch(t.address+"/tlog/tile/"+path, "")
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func hashes(texts []string) []tlog.Hash {
	list := make([]tlog.Hash, len(texts))
	for i, text := range texts {
		hash, err := tlog.ParseHash(text)
		must(err)
		list[i] = hash
	}
	return list
}

// entries of the log, from the bundles.
func entries(address, token string, tree tlog.Tree) [][]byte {
	var all [][]byte
	for index := int64(0); index*256 < tree.N; index++ {
		tile := tlog.Tile{H: 8, L: 0, N: index, W: 256}
		if left := tree.N - index*256; left < 256 {
			tile.W = int(left)
		}
		path := strings.TrimPrefix(tile.Path(), "tile/8/0/")
		bundle, err := fetch(address+"/tlog/tile/entries/"+path, token)
		must(err)
		for len(bundle) > 0 {
			length := int(binary.BigEndian.Uint16(bundle))
			all = append(all, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	return all
}

func check(address, vkey, token, old string) {
	message, err := fetch(address+"/tlog/checkpoint", "")
	must(err)
	tree, _ := open(message, vkey)
	reader := tlog.TileHashReader(tree, tiles{address})
	// every leaf, each proven through the tiles, which the reader holds against the root
	indexes := make([]int64, tree.N)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	leaves, err := reader.ReadHashes(indexes)
	must(err)
	proven := 0
	if token != "" {
		all := entries(address, token, tree)
		if int64(len(all)) != tree.N {
			fail("%d entries of %d", len(all), tree.N)
		}
		for i, entry := range all {
			if tlog.RecordHash(entry) != leaves[i] {
				fail("entry %d is not its leaf", i)
			}
		}
		for n := int64(0); n < tree.N; n += 1 + tree.N/20 {
			proof, err := tlog.ProveRecord(tree.N, n, reader)
			must(err)
			must(tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaves[n]))
			proven += checkServed(address, vkey, token, n)
		}
	}
	for n := int64(1); n <= tree.N; n += 1 + tree.N/20 {
		checkConsistency(address, vkey, n, tree, reader)
	}
	if old != "" {
		bytes, err := os.ReadFile(old)
		must(err)
		before, _ := open(bytes, vkey)
		proof, err := tlog.ProveTree(tree.N, before.N, reader)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash))
	}
	json.NewEncoder(os.Stdout).Encode(map[string]interface{}{"size": tree.N, "root": tree.Hash.String(), "leaves": len(leaves), "proven": proven})
}

// checkServed judges the proof that the server gives of a line.
func checkServed(address, vkey, token string, n int64) int {
	var proof struct {
		Index      int64
		Record     []byte
		Path       []string
		Checkpoint string
	}
	body, err := fetch(fmt.Sprintf("%s/api/v1/records/%d/proof", address, n+1), token)
	must(err)
	must(json.Unmarshal(body, &proof))
	head, _ := open([]byte(proof.Checkpoint), vkey)
	if proof.Index != n {
		fail("line %d is proven as %d", n, proof.Index)
	}
	must(tlog.CheckRecord(hashes(proof.Path), head.N, head.Hash, n, tlog.RecordHash(proof.Record)))
	return 1
}

// checkConsistency judges what the server proves of two sizes.
func checkConsistency(address, vkey string, from int64, tree tlog.Tree, reader tlog.HashReader) {
	var proof struct {
		Hashes     []string
		Checkpoint string
	}
	body, err := fetch(fmt.Sprintf("%s/tlog/proof?from=%d&to=%d", address, from, tree.N), "")
	must(err)
	must(json.Unmarshal(body, &proof))
	if head, _ := open([]byte(proof.Checkpoint), vkey); head != tree {
		fail("the head of %d is another one", tree.N)
	}
	older, err := tlog.TreeHash(from, reader)
	must(err)
	must(tlog.CheckTree(hashes(proof.Hashes), tree.N, tree.Hash, from, older))
}

// ---- a witness ----

type witness struct {
	name string
	key  ed25519.PrivateKey
}

func (w witness) public() ed25519.PublicKey { return w.key.Public().(ed25519.PublicKey) }
func (w witness) Name() string              { return w.name }

func (w witness) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(w.name+"\n\x04"), w.public()...))
	return binary.BigEndian.Uint32(sum[:])
}

func cosigned(message []byte, at uint64) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), message...)
}

func (w witness) Sign(message []byte) ([]byte, error) {
	at := uint64(time.Now().Unix())
	signature := make([]byte, 8)
	binary.BigEndian.PutUint64(signature, at)
	return append(signature, ed25519.Sign(w.key, cosigned(message, at))...), nil
}

func (w witness) Verify(message, signature []byte) bool {
	return len(signature) == 72 && ed25519.Verify(w.public(), cosigned(message, binary.BigEndian.Uint64(signature)), signature[8:])
}

func load(file string) witness {
	bytes, err := os.ReadFile(file)
	must(err)
	parts := strings.Fields(string(bytes))
	seed, err := base64.StdEncoding.DecodeString(parts[1])
	must(err)
	return witness{parts[0], ed25519.NewKeyFromSeed(seed)}
}

func makeKey(name, file string) {
	seed := make([]byte, 32)
	_, err := rand.Read(seed)
	must(err)
	must(os.WriteFile(file, []byte(name+" "+base64.StdEncoding.EncodeToString(seed)+"\n"), 0600))
	w := load(file)
	fmt.Printf("%s+%08x+%s\n", name, w.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{4}, w.public()...)))
}

func cosign(address, vkey, file, state string) {
	w := load(file)
	from := int64(0)
	var before tlog.Tree
	if bytes, err := os.ReadFile(state); err == nil {
		before, _ = open(bytes, vkey)
		from = before.N
	}
	body, err := fetch(fmt.Sprintf("%s/tlog/proof?from=%d&format=text", address, from), "")
	must(err)
	parts := bytes.SplitN(body, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if lines[0] != fmt.Sprintf("old %d", from) {
		fail("another proof: %s", lines[0])
	}
	tree, opened := open(parts[1], vkey)
	if from > 0 {
		must(tlog.CheckTree(hashes(lines[1:]), tree.N, tree.Hash, before.N, before.Hash))
	}
	message, err := note.Sign(opened, w)
	must(err)
	must(os.WriteFile(state, message, 0600))
	reply, err := http.Post(address+"/tlog/cosignature", "text/plain", bytes.NewReader(message))
	must(err)
	answer, err := io.ReadAll(reply.Body)
	must(err)
	if reply.StatusCode != 200 {
		fail("%d %s", reply.StatusCode, answer)
	}
	kept, err := fetch(address+"/tlog/checkpoint?witnessed=true", "")
	must(err)
	seen, signed := open(kept, vkey, w)
	names := []string{}
	for _, signature := range signed.Sigs {
		names = append(names, signature.Name)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]interface{}{"size": seen.N, "signed": tree.N, "names": names})
}

func main() {
	args := append(os.Args[1:], "", "", "", "", "")
	switch args[0] {
	case "check":
		check(args[1], args[2], args[3], args[4])
	case "key":
		makeKey(args[1], args[2])
	case "witness":
		cosign(args[1], args[2], args[3], args[4])
	default:
		fail("judge check | key | witness")
	}
}

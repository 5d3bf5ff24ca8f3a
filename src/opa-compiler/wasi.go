//go:build wasip1

package main

import (
	"encoding/json"
	"unsafe"
)

// message holds the request that Node writes, then the answer that Node reads. As a reactor the
// module starts Go once and answers many times. A command would have to end with proc_exit, and
// Node leaves that by throwing through the WebAssembly frames, which crashed V8 now and then.
var message []byte

// reserve makes room for a request of that many bytes and says where.
//
//go:wasmexport reserve
func reserve(size uint32) unsafe.Pointer {
	message = make([]byte, size)
	return unsafe.Pointer(unsafe.SliceData(message))
}

// handle answers the request that stands in the reserved room and returns the answer's size.
//
//go:wasmexport handle
func handle() uint32 {
	var req request
	err := json.Unmarshal(message, &req)
	if err == nil {
		message, err = json.Marshal(respond(req))
	}
	if err != nil {
		panic(err)
	}
	return uint32(len(message))
}

// location says where the answer stands.
//
//go:wasmexport location
func location() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(message)) }

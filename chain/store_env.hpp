#pragma once
// LevelDB's files as the store wants them: what cannot be read is damage, which the journal mends, and no
// reason for the process to die.

namespace leveldb {
class Env;
}

namespace farthing::chain {

/// The ordinary environment, except that tables are read and not mapped into memory, where a bad sector under
/// one ends the process with SIGBUS, and that a failing read (EIO) is told as corruption. What cannot be
/// opened or written stays an I/O error. Lives as long as the process.
leveldb::Env* reading_env();

}  // namespace farthing::chain

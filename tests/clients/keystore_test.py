"""Key files: eth_account, as web3.py uses it, opens ours, and we read its own. Usage: FARTHING=path python keystore_test.py"""
import json
import os
import pathlib
import pty
import subprocess
import tempfile
import unittest

from eth_account import Account

FARTHING = os.environ['FARTHING']
PASSWORD = 'correct horse'


class Keystore(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.data = pathlib.Path(scratch.name)
        (self.data / 'password').write_text(PASSWORD + '\n')

    def farthing(self, *args):
        command = [FARTHING, 'account', *args, '--data', self.data, '--password-file', self.data / 'password']
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    def import_at_a_terminal(self, source):
        """Answers the question for the file's present password as a person would."""
        child, terminal = pty.fork()
        if child == 0:
            os.execv(FARTHING, [FARTHING, 'account', 'import', str(source), '--data', str(self.data),
                                '--password-file', str(self.data / 'password')])
        shown, asked = b'', False
        try:
            while chunk := os.read(terminal, 4096):
                shown += chunk
                if not asked and shown.rstrip().endswith(b':'):
                    os.write(terminal, f'{PASSWORD}\n'.encode())
                    asked = True
        except OSError:  # how Linux says that the other side closed
            pass
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0, shown.decode())
        self.assertNotIn(PASSWORD.encode(), shown)

    def key_files(self):
        return [path for path in self.data.rglob('UTC--*') if path.is_file()]

    def test_a_new_key_file_opens_with_its_password_only(self):
        made = self.farthing('new')
        self.assertEqual(made.returncode, 0, made.stderr)
        (path,) = self.key_files()
        content = json.loads(path.read_text())
        opened = Account.from_key(Account.decrypt(content, PASSWORD))
        self.assertIn(opened.address, made.stdout)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        with self.assertRaises(ValueError):
            Account.decrypt(content, PASSWORD + 'x')

    def test_without_a_terminal_the_missing_option_is_named(self):
        theirs = self.data / 'theirs.json'
        theirs.write_text(json.dumps(Account.encrypt(Account.create().key, PASSWORD, kdf='pbkdf2', iterations=4096)))
        for words, option in ((['import', theirs, '--password-file', self.data / 'password'], '--old-password-file'),
                              (['new'], '--password-file')):
            refused = subprocess.run([FARTHING, 'account', *words, '--data', self.data], capture_output=True,
                                     text=True, timeout=60, stdin=subprocess.DEVNULL)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn(f'assword: no terminal to ask for it on; name a file with {option}\n', refused.stderr)
        self.assertEqual(self.key_files(), [])

    def test_their_key_files_are_imported(self):
        for kdf in ('scrypt', 'pbkdf2'):
            theirs = Account.create()
            source = self.data / f'{kdf}.json'
            source.write_text(json.dumps(Account.encrypt(theirs.key, PASSWORD, kdf=kdf, iterations=4096)))
            self.import_at_a_terminal(source)
            listed = subprocess.run([FARTHING, 'account', 'list', '--data', self.data], capture_output=True, text=True)
            self.assertIn(theirs.address, listed.stdout, listed.stderr)


if __name__ == '__main__':
    unittest.main()

"""Where posts come from: one file for each source, each a mapping from its records to posts.

Nothing here opens a connection: files that someone exported are read. Whatever a file holds, the
outcome is posts or an `fcm.errors.FileError` whose message quotes nothing that people wrote.
"""

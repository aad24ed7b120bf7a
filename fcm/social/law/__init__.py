"""Duties of privacy: what may be counted, how long it is kept, and what must be told of it.

`ledger` keeps scored posts for a stated time and takes them out again, `categories` stops topics
that the law protects most, `audit` writes down what was done, `facts` and `register` say it to a
data protection officer and to the public, `noise` blurs counts. No file here knows a text. None
of it supplies a lawful basis.
"""

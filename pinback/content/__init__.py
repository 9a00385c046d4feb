"""The club's folder as text: reading, rules, and edits that keep a volunteer's own words.

``tree`` texts, lists and mappings with their lines, ``plain_yaml`` what is written plainly, ``nodes`` all other YAML, ``plain_words`` its
mistakes, ``kinds`` kinds of value, ``fields`` the one table, ``records`` one file to one object, ``awards`` award records and batches,
``check`` rules between files, ``read`` the folder, ``edit`` writing a field into a record.
"""

# filled by the install work

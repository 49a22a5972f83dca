package journal

import (
	"database/sql"
	"database/sql/driver"
)

// session is the writer's connection with its prepared statements.
type session struct {
	conn *sql.Conn
	*statements
}

// discard closes the connection instead of handing it back to the pool. Its
// statements go first: the driver closes none after its connection.
func (s *session) discard() {
	s.close()
	s.conn.Raw(func(any) error { return driver.ErrBadConn })
	s.conn.Close()
}

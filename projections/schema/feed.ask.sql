CREATE UNIQUE INDEX feed_order ON feed (partner, position, object);

package io.gobstopper.store.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import io.gobstopper.store.Claimant;
import io.gobstopper.store.Cluster;

/**
 * Listens to other processes on a connection that is kept for it, and on another one if
 * that fails. What is said meanwhile is missed, so those who need it are asked to look.
 */
final class PostgresListener implements Cluster.Subscription, Runnable {

	private static final Log logger = LogFactory.getLog(PostgresListener.class);

	// How long it may take to notice that this is closed.
	private static final Duration PATIENCE = Duration.ofMillis(100);

	private static final Duration LIVENESS_CHECK = Duration.ofSeconds(10);

	private static final Duration BACK_OFF = Duration.ofSeconds(1);

	private final DataSource dataSource;

	private final PostgresAnnouncements announcements;

	private final Claimant claimant;

	private final Runnable begun;

	private final Thread thread = new Thread(this, "gobstopper-listener");

	private volatile boolean closed;

	private volatile @Nullable Connection connection;

	PostgresListener(DataSource dataSource, PostgresAnnouncements announcements, Claimant claimant, Runnable begun) {
		this.dataSource = dataSource;
		this.announcements = announcements;
		this.claimant = claimant;
		this.begun = begun;
		this.thread.setDaemon(true);
	}

	PostgresListener start() {
		this.thread.start();
		return this;
	}

	@Override
	public void run() {
		while (!this.closed) {
			try (Connection open = this.dataSource.getConnection()) {
				this.connection = open;
				listen(open);
			}
			catch (SQLException | RuntimeException ex) {
				backOff(ex);
			}
			finally {
				this.connection = null;
			}
		}
	}

	private void listen(Connection open) throws SQLException {
		open.setAutoCommit(true);
		try (Statement statement = open.createStatement()) {
			String listen = "listen \"%s\"".formatted(this.announcements.channel());
			statement.execute(listen);
			if (!this.closed) {
				this.begun.run();
			}
			while (!this.closed) {
				hear(open.unwrap(PGConnection.class));
				statement.execute(listen);
			}
			statement.execute("unlisten *");
		}
	}

	// A pool does not see that an unwrapped connection fails, and would lend it again. It
	// does when the statement is executed next.
	private void hear(PGConnection postgres) {
		long end = System.nanoTime() + LIVENESS_CHECK.toNanos();
		try {
			while (!this.closed && System.nanoTime() - end < 0) {
				PGNotification[] heard = postgres.getNotifications((int) PATIENCE.toMillis());
				if (heard != null) {
					tell(heard);
				}
			}
		}
		catch (SQLException ex) {
			logger.debug("The connection that listens to other processes has failed", ex);
		}
	}

	private void tell(PGNotification[] heard) {
		for (PGNotification notification : heard) {
			try {
				this.announcements.receive(notification.getParameter(), this.claimant);
			}
			catch (RuntimeException ex) {
				logger.error("What another process announced was not understood: " + notification.getParameter(), ex);
			}
		}
	}

	private void backOff(Exception failure) {
		if (this.closed) {
			logger.debug("Listening to other processes has ended", failure);
			return;
		}
		logger.warn("Other processes cannot be heard until there is another connection; work is still found by asking",
				failure);
		try {
			Thread.sleep(BACK_OFF.toMillis());
		}
		catch (InterruptedException ex) {
			logger.debug("Woken up to end", ex);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.thread.interrupt();
		try {
			this.thread.join(BACK_OFF.toMillis());
			abort();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// Ends waiting for a database that does not answer.
	private void abort() {
		Connection open = this.connection;
		if (open != null) {
			try {
				open.abort(Runnable::run);
			}
			catch (SQLException ex) {
				logger.debug("The connection was closed already", ex);
			}
		}
	}

}

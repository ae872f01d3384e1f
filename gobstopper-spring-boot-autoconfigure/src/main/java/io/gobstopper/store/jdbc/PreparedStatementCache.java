package io.gobstopper.store.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the prepared statements of one connection open, up to a number, because preparing
 * one takes DuckDB longer than running it. Made for the one thread that writes.
 */
final class PreparedStatementCache implements InvocationHandler {

	private static final int MOST_STATEMENTS = 100;

	private final Connection connection;

	private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

	private PreparedStatementCache(Connection connection) {
		this.connection = connection;
	}

	// Returns a connection that works as the given one does.
	static Connection around(Connection connection) {
		return proxy(Connection.class, new PreparedStatementCache(connection));
	}

	@Override
	public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
		if (method.getName().equals("prepareStatement") && arguments.length == 1) {
			return prepare((String) arguments[0]);
		}
		return call(this.connection, method, arguments);
	}

	private PreparedStatement prepare(String sql) throws SQLException {
		PreparedStatement statement = this.statements.get(sql);
		if (statement == null) {
			statement = this.connection.prepareStatement(sql);
			this.statements.put(sql, statement);
			closeSurplus();
		}
		return keptOpen(statement);
	}

	private void closeSurplus() throws SQLException {
		if (this.statements.size() > MOST_STATEMENTS) {
			Iterator<PreparedStatement> leastRecentlyUsed = this.statements.values().iterator();
			PreparedStatement surplus = leastRecentlyUsed.next();
			leastRecentlyUsed.remove();
			surplus.close();
		}
	}

	private static PreparedStatement keptOpen(PreparedStatement statement) {
		return proxy(PreparedStatement.class, (proxy, method, arguments) -> method.getName().equals("close") ? null
				: call(statement, method, arguments));
	}

	private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

}

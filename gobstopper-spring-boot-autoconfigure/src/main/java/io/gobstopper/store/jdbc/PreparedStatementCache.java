package io.gobstopper.store.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the prepared statements of one connection open, because preparing one takes
 * DuckDB longer than running it. Made for the one thread that writes.
 */
final class PreparedStatementCache implements InvocationHandler {

	private final Connection connection;

	private final Map<String, PreparedStatement> statements = new HashMap<>();

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
		PreparedStatement cached = this.statements.get(sql);
		if (cached == null) {
			PreparedStatement statement = this.connection.prepareStatement(sql);
			cached = proxy(PreparedStatement.class, (proxy, method, arguments) -> method.getName().equals("close")
					? null : call(statement, method, arguments));
			this.statements.put(sql, cached);
		}
		return cached;
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

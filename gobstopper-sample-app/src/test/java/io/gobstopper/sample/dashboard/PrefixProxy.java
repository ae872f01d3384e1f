package io.gobstopper.sample.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A reverse proxy that shows an application under a prefix the application does not have,
 * and tells it so.
 *
 * @param server the server
 * @param prefix the prefix
 */
record PrefixProxy(HttpServer server, String prefix) implements AutoCloseable {

	private static final Set<String> OWN_HEADERS = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

	static {
		OWN_HEADERS.addAll(List.of("Connection", "Content-Length", "Host", "Upgrade", "HTTP2-Settings",
				"Transfer-Encoding", "Date"));
	}

	static PrefixProxy start(String prefix, int port) {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			HttpClient client = HttpClient.newHttpClient();
			server.createContext(prefix, (exchange) -> forward(exchange, client, prefix, port));
			server.start();
			return new PrefixProxy(server, prefix);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String url() {
		return "http://localhost:%d%s".formatted(this.server.getAddress().getPort(), this.prefix);
	}

	private static void forward(HttpExchange exchange, HttpClient client, String prefix, int port) throws IOException {
		try (exchange) {
			String path = exchange.getRequestURI().toString().substring(prefix.length());
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
				.method(exchange.getRequestMethod(),
						HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()))
				.header("X-Forwarded-Prefix", prefix);
			exchange.getRequestHeaders().forEach((name, values) -> {
				if (!OWN_HEADERS.contains(name)) {
					values.forEach((value) -> request.header(name, value));
				}
			});
			HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
			response.headers().map().forEach((name, values) -> {
				if (!OWN_HEADERS.contains(name)) {
					exchange.getResponseHeaders().put(name, values);
				}
			});
			byte[] body = response.body();
			exchange.sendResponseHeaders(response.statusCode(), (body.length > 0) ? body.length : -1);
			exchange.getResponseBody().write(body);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}

package io.gobstopper.actuate;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Adds the headers of the dashboard on the reactive stack.
 */
public final class DashboardWebFilter implements WebFilter {

	private final DashboardHeaders headers;

	/**
	 * Creates the filter.
	 * @param headers the headers
	 */
	public DashboardWebFilter(DashboardHeaders headers) {
		this.headers = headers;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		String path = exchange.getRequest().getPath().pathWithinApplication().value();
		if (this.headers.areFor(path)) {
			ServerHttpResponse response = exchange.getResponse();
			response.beforeCommit(() -> Mono.fromRunnable(() -> {
				HttpStatusCode status = response.getStatusCode();
				this.headers.addTo(response.getHeaders(), path, (status != null) ? status.value() : 200);
			}));
		}
		return chain.filter(exchange);
	}

}

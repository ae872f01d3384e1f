package io.gobstopper.actuate;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
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
		if (!this.headers.areFor(path)) {
			return chain.filter(exchange);
		}
		ServerHttpResponse response = exchange.getResponse();
		response.beforeCommit(
				() -> Mono.fromRunnable(() -> this.headers.addTo(response.getHeaders(), path, status(response))));
		String withoutSlash = this.headers.withoutSlash(path);
		if (withoutSlash != null && exchange.getRequest().getMethod().equals(HttpMethod.GET)) {
			String query = exchange.getRequest().getURI().getRawQuery();
			response.setStatusCode(HttpStatus.TEMPORARY_REDIRECT);
			response.getHeaders()
				.set(HttpHeaders.LOCATION, (query != null) ? withoutSlash + "?" + query : withoutSlash);
			return response.setComplete();
		}
		return chain.filter(exchange.mutate().response(new TaggedResponse(exchange)).build());
	}

	private static int status(ServerHttpResponse response) {
		HttpStatusCode status = response.getStatusCode();
		return (status != null) ? status.value() : HttpStatus.OK.value();
	}

	/**
	 * A response that is not sent if who asks has it.
	 */
	private static final class TaggedResponse extends ServerHttpResponseDecorator {

		private final ServerWebExchange exchange;

		TaggedResponse(ServerWebExchange exchange) {
			super(exchange.getResponse());
			this.exchange = exchange;
		}

		@Override
		public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
			if (!EntityTag.isFor(this.exchange.getRequest().getMethod(), status(getDelegate()),
					getHeaders().getContentType())) {
				return super.writeWith(body);
			}
			return DataBufferUtils.join(body).flatMap((buffer) -> {
				byte[] content = new byte[buffer.readableByteCount()];
				buffer.read(content);
				DataBufferUtils.release(buffer);
				if (this.exchange.checkNotModified(EntityTag.of(content))) {
					getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
					return setComplete();
				}
				return super.writeWith(Mono.just(bufferFactory().wrap(content)));
			});
		}

	}

}

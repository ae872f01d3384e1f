package io.gobstopper.actuate.dashboard;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Adds the headers of the dashboard on the reactive stack.
 */
public final class DashboardWebFilter implements WebFilter {

	private static final int LONGEST_BODY = 1024 * 1024;

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
		ServerWebExchange tagged = exchange.mutate().response(new TaggedResponse(exchange)).build();
		String part = PathGuard.partAmong(exchange.getRequest().getQueryParams().keySet());
		if (part != null) {
			return refuse(exchange, part);
		}
		return exchange.getRequest().getMethod().equals(HttpMethod.POST) ? guarded(tagged, chain)
				: chain.filter(tagged);
	}

	private static Mono<Void> guarded(ServerWebExchange exchange, WebFilterChain chain) {
		return DataBufferUtils.join(exchange.getRequest().getBody(), LONGEST_BODY)
			.onErrorMap(DataBufferLimitException.class,
					(ex) -> new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE, null, ex))
			.map(DashboardWebFilter::read)
			.defaultIfEmpty(new byte[0])
			.flatMap((body) -> {
				String part = PathGuard.partAmongKeys(body);
				return (part != null) ? refuse(exchange, part)
						: chain.filter(exchange.mutate().request(new KnownRequest(exchange, body)).build());
			});
	}

	private static byte[] read(DataBuffer buffer) {
		byte[] content = new byte[buffer.readableByteCount()];
		buffer.read(content);
		DataBufferUtils.release(buffer);
		return content;
	}

	private static Mono<Void> refuse(ServerWebExchange exchange, String part) {
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(HttpStatus.BAD_REQUEST);
		response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(PathGuard.problem(part))));
	}

	private static int status(ServerHttpResponse response) {
		HttpStatusCode status = response.getStatusCode();
		return (status != null) ? status.value() : HttpStatus.OK.value();
	}

	/**
	 * A request of which the body was read already.
	 */
	private static final class KnownRequest extends ServerHttpRequestDecorator {

		private final ServerWebExchange exchange;

		private final byte[] body;

		KnownRequest(ServerWebExchange exchange, byte[] body) {
			super(exchange.getRequest());
			this.exchange = exchange;
			this.body = body;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return (this.body.length > 0) ? Flux.just(this.exchange.getResponse().bufferFactory().wrap(this.body))
					: Flux.empty();
		}

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
				byte[] content = read(buffer);
				if (this.exchange.checkNotModified(EntityTag.of(content))) {
					getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
					return setComplete();
				}
				return super.writeWith(Mono.just(bufferFactory().wrap(content)));
			});
		}

	}

}

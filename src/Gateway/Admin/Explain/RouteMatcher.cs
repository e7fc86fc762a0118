using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Admin.Explain;

/// <summary>Finds the endpoint of a request with ASP.NET Core's own routing over the live endpoints, and runs nothing.</summary>
internal sealed class RouteMatcher
{
    private readonly RequestDelegate _match;

    public RouteMatcher(IServiceProvider services, IReadOnlyCollection<EndpointDataSource> endpoints)
    {
        var pipeline = new ApplicationBuilder(services);

        // UseRouting matches against the builder it finds here. (UseEndpoints would add the endpoints to the gateway's own a second time.)
        pipeline.Properties["__GlobalEndpointRouteBuilder"] = new Endpoints(services, pipeline, [.. endpoints]);
        pipeline.UseRouting();
        pipeline.Run(_ => Task.CompletedTask);
        _match = pipeline.Build();
    }

    /// <summary>Null: nothing matches. An endpoint of routing itself, such as its 405, carries no metadata of ours.</summary>
    public async Task<Endpoint?> MatchAsync(HttpContext context)
    {
        await _match(context);
        return context.Features.Get<IEndpointFeature>()?.Endpoint;
    }

    private sealed class Endpoints(IServiceProvider services, IApplicationBuilder pipeline, ICollection<EndpointDataSource> sources) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources => sources;

        public IApplicationBuilder CreateApplicationBuilder() => pipeline.New();
    }
}

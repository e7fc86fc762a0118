using Gateway.Admin.Explain;
using Gateway.Admin.Requests;

namespace Gateway.Admin.Endpoints;

/// <summary><c>POST /api/explain</c> <c>{"method":"GET","url":"http://host/path","headers":{…},"client":"203.0.113.7"}</c>.</summary>
internal sealed class ExplainEndpoint(RouteExplainer explainer) : IAdminEndpoints
{
    public void Map(IEndpointRouteBuilder admin) => admin.MapPost("/api/explain", ExplainAsync);

    private async Task ExplainAsync(HttpContext context)
    {
        AdminBody body = await AdminBody.ReadAsync(context);
        body.Only("method", "url", "headers", "client");
        ExplainRequest? request = ExplainRequest.Read(
            body.Text("method") ?? "GET", body.RequiredText("url"), body.Texts("headers"), body.Text("client"), out string? mistake);
        if (body.Mistake is not null || request is null)
        {
            body.Note(mistake!);
            await body.RefuseAsync(context);
            return;
        }

        await AdminJson.WriteAsync(context, await explainer.ExplainAsync(request));
    }
}

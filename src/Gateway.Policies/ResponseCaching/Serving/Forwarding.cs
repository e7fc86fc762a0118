using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Forwards a request on the client's own context, unbuffered, and says so in Cache-Status.</summary>
internal static class Forwarding
{
    /// <param name="context">The client's.</param>
    /// <param name="forward">The forwarding pipeline.</param>
    /// <param name="status">This cache's member of Cache-Status.</param>
    /// <param name="starting">
    /// Called when status and fields are known, before they are sent; returns what Cache-Status is to say instead, or null. Null: nothing to do.
    /// </param>
    public static Task PassAsync(HttpContext context, RequestDelegate forward, string status, Func<HttpContext, ValueTask<string?>>? starting)
    {
        context.Response.OnStarting(static state => ((Passage)state).StartAsync(), new Passage(context, status, starting));
        return forward(context);
    }

    private sealed record Passage(HttpContext Context, string Status, Func<HttpContext, ValueTask<string?>>? Starting)
    {
        public Task StartAsync()
        {
            ValueTask<string?> starting = Starting is null ? default : Starting(Context);
            return starting.IsCompletedSuccessfully ? Write(starting.Result) : AwaitAsync(starting);
        }

        private async Task AwaitAsync(ValueTask<string?> starting) => await Write(await starting);

        private Task Write(string? instead)
        {
            ResponseTags.Strip(Context.Response.Headers);
            Context.Response.Headers.Append(EntryResponse.CacheStatusField, instead ?? Status);
            return Task.CompletedTask;
        }
    }
}

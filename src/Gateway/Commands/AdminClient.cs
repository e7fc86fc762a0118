using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Commands;

/// <summary>Speaks to a running gateway's admin API.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="token">Sent as <c>Authorization: Bearer</c>; null or empty: none.</param>
    public AdminClient(Uri address, string? token)
    {
        // Never through a proxy of the environment: it would see the token.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        if (!string.IsNullOrEmpty(token))
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>The answer, or what went wrong in words for the operator.</summary>
    public async Task<(JsonNode? Answer, string? Failure)> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, cancellation);
            string text = await answer.Content.ReadAsStringAsync(cancellation);
            return answer.IsSuccessStatusCode ? (JsonNode.Parse(text), null) : (null, Refusal((int)answer.StatusCode, text));
        }
        catch (HttpRequestException notThere)
        {
            return (null, $"no gateway answers at {_http.BaseAddress} ({notThere.HttpRequestError}). Is it running? Name its admin address with --admin URL.");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"the gateway at {_http.BaseAddress} took longer than {_http.Timeout.TotalSeconds:0} s to answer.");
        }
        catch (JsonException)
        {
            return (null, $"what answers at {_http.BaseAddress} is not a gateway's admin API. Name its address with --admin URL.");
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Refusal(int status, string text)
    {
        string? detail = null;
        try
        {
            detail = (string?)(JsonNode.Parse(text) as JsonObject)?["detail"];
        }
        catch (Exception notOurs) when (notOurs is JsonException or InvalidOperationException)
        {
            // The status alone must do.
        }

        string token = status == 401 ? $" (the variable {AdminOption.TokenVariable} holds it for this command)" : "";
        return $"the gateway refuses with {status}: {detail ?? "no reason given, so it may not be a gateway's admin API"}{token}";
    }
}

using System.Diagnostics;
using OpenTelemetry;

namespace Gateway.Telemetry;

/// <summary>Takes query strings out of traces: they may carry tokens.</summary>
internal sealed class QueryRedaction : BaseProcessor<Activity>
{
    private static readonly string[] Urls = ["url.full", "http.url", "http.target"];

    public override void OnEnd(Activity data)
    {
        data.SetTag("url.query", null);
        foreach (string name in Urls)
        {
            if (data.GetTagItem(name) is string url && url.IndexOf('?', StringComparison.Ordinal) is >= 0 and int query)
            {
                data.SetTag(name, url[..query]);
            }
        }
    }
}

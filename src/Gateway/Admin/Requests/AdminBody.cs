using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Configuration.Mistakes;
using Gateway.Policies.Rejections;

namespace Gateway.Admin.Requests;

/// <summary>The JSON object a request carries. Reading a key that is not as it should be notes the first mistake and goes on.</summary>
internal sealed class AdminBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly JsonObject _values;

    private AdminBody(JsonObject values, string? mistake) => (_values, Mistake) = (values, mistake);

    /// <summary>The first mistake, for the answer; null: none so far.</summary>
    public string? Mistake { get; private set; }

    /// <summary>Reads the body; one that is no JSON object is empty and a mistake.</summary>
    /// <exception cref="BadHttpRequestException">The body is larger than the listener takes.</exception>
    public static async Task<AdminBody> ReadAsync(HttpContext context)
    {
        try
        {
            JsonNode? node = await JsonNode.ParseAsync(context.Request.Body, documentOptions: Strict, cancellationToken: context.RequestAborted);
            return node is JsonObject values ? new AdminBody(values, null) : new AdminBody([], "The body must be a JSON object.");
        }
        catch (JsonException wrong)
        {
            return new AdminBody([], $"The body is not valid JSON (line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}).");
        }
    }

    /// <summary>Answers 400 with the mistake.</summary>
    public Task RefuseAsync(HttpContext context) => ProblemWriter.WriteAsync(context, new Problem(400, "Bad request", Detail: Mistake));

    public void Note(string mistake) => Mistake ??= mistake;

    /// <summary>Notes a mistake for every key but these.</summary>
    public void Only(params string[] known)
    {
        if (_values.Select(value => value.Key).FirstOrDefault(key => !known.Contains(key, StringComparer.Ordinal)) is { } unknown)
        {
            string nearest = NearestName.Of(unknown, known) is { } name ? $" Did you mean \"{name}\"?" : "";
            Note($"\"{unknown}\" is not known here. Allowed: {string.Join(", ", known)}.{nearest}");
        }
    }

    /// <summary>True when the key is there and not null.</summary>
    public bool Has(string key) => _values[key] is not null;

    /// <summary>The key's text; null when it is not there.</summary>
    public string? Text(string key)
    {
        if (!Has(key))
        {
            return null;
        }

        if (_values[key]!.GetValueKind() is JsonValueKind.String && TryText(_values[key]!, out string? text))
        {
            return text;
        }

        Note($"\"{key}\" must be a string.");
        return null;
    }

    /// <summary>The key's text; a mistake when it is not there or empty.</summary>
    public string RequiredText(string key)
    {
        string? text = Text(key);
        if (string.IsNullOrWhiteSpace(text))
        {
            Note($"\"{key}\" is missing.");
        }

        return text ?? "";
    }

    /// <summary>The key's whole number; a mistake, and 0, when it is not there or something else.</summary>
    public long RequiredWhole(string key)
    {
        if (_values[key] is JsonValue value && value.TryGetValue(out long number))
        {
            return number;
        }

        Note($"\"{key}\" must be a whole number.");
        return 0;
    }

    /// <summary>False when the key is not there.</summary>
    public bool Flag(string key)
    {
        JsonValueKind kind = Has(key) ? _values[key]!.GetValueKind() : JsonValueKind.False;
        if (kind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Note($"\"{key}\" must be true or false.");
        }

        return kind is JsonValueKind.True;
    }

    /// <summary>An object whose values are strings, or arrays of them; empty when the key is not there.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts(string key)
    {
        if (Has(key) && _values[key] is not JsonObject)
        {
            Note($"\"{key}\" must be an object of strings.");
        }

        var texts = new List<KeyValuePair<string, string>>();
        foreach ((string name, JsonNode? value) in Has(key) ? _values[key] as JsonObject ?? [] : [])
        {
            foreach (JsonNode? one in value as JsonArray ?? [value?.DeepClone()])
            {
                if (one?.GetValueKind() is JsonValueKind.String && TryText(one, out string? text))
                {
                    texts.Add(new(name, text));
                }
                else
                {
                    Note($"\"{key}\": \"{name}\" must be a string, or an array of strings.");
                }
            }
        }

        return texts;
    }

    /// <summary>All that is left when <paramref name="keys"/> are taken away.</summary>
    public JsonObject Without(params string[] keys)
    {
        var rest = (JsonObject)_values.DeepClone();
        foreach (string key in keys)
        {
            rest.Remove(key);
        }

        return rest;
    }

    // "\ud800" alone is valid JSON, but no text.
    private static bool TryText(JsonNode node, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? text)
    {
        try
        {
            text = node.GetValue<string>();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}

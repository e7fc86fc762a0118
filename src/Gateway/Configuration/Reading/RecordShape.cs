using System.Collections.Concurrent;
using System.Reflection;
using Gateway.Policies.Configuration;

namespace Gateway.Configuration.Reading;

/// <summary>The keys that a configuration record has in the file.</summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Known = new();
    private static readonly ConcurrentDictionary<Type, bool> Records = new();

    private RecordShape(Type type) =>
        Keys = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.DeclaringType != typeof(Policy))
            .Select(property => new RecordKey(property))];

    public IReadOnlyList<RecordKey> Keys { get; }

    public static RecordShape Of(Type record) => Known.GetOrAdd(record, static type => new RecordShape(type));

    public RecordKey? Find(string key) => Keys.FirstOrDefault(known => known.Name.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>True for a type that is written as an object with these keys.</summary>
    public static bool IsRecord(Type type) => Records.GetOrAdd(type, static type =>
        type.IsClass && type != typeof(string) && type.GetMethod("<Clone>$") is not null && !ScalarReader.Reads(type) && ObjectReader.For(type) is null);
}
